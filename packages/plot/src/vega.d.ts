/** The part of vega and vega-lite that this package calls; `vega-runtime.ts` says why it is written by hand. */

type Logger = {
  level: (level?: number) => unknown
  error: (...messages: readonly unknown[]) => Logger
  warn: (...messages: readonly unknown[]) => Logger
  info: (...messages: readonly unknown[]) => Logger
  debug: (...messages: readonly unknown[]) => Logger
}

export type { Logger }

/** vega-lite: from a Vega-Lite specification to a Vega one. */
export declare function compile(spec: object, options: { readonly logger: Logger }): { readonly spec: object }

/** vega: from a specification to a dataflow. */
export declare function parse(spec: object, config?: object): object

/** vega: a running dataflow. */
export declare class View {
  constructor(runtime: object, options: { readonly renderer: 'none'; readonly logger: Logger })
  toSVG(): Promise<string>
  finalize(): this
}
