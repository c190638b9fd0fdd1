/** Style sheet of the report page: system fonts, one column, tables that a narrow screen can scroll. */
export const pageStyle = `
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; background: #fff; color: #222;
  font: 16px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; }
h1 { margin: 0 0 0.25rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.15rem; }
.summary { margin: 0 0 1rem; font-size: 1.05rem; }
.warnings { margin: 1rem 0; padding: 0.6rem 1rem; border-left: 5px solid #d55e00; background: #fff3ea; }
.warnings h2 { margin: 0; font-size: 1rem; }
.warnings ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.9rem 0.3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e4e4e4; }
thead th { border-bottom: 2px solid #888; }
tbody th { font-weight: 600; }
.facts th { font-weight: normal; color: #555; }
.number { white-space: nowrap; }
.note { font-weight: 600; color: #9a3f00; }
figure { margin: 1rem 0 2rem; }
figure svg { max-width: 100%; height: auto; }
footer { margin-top: 2rem; padding-top: 0.75rem; border-top: 1px solid #e4e4e4; font-size: 0.9rem; color: #555; }
@media print { body { max-width: none; } figure, tr { break-inside: avoid; } }
`
