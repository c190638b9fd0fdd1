/** ‖column‖, scaled so that squares neither overflow nor vanish. */
export function columnNorm(column: Float64Array): number {
  const largest = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return largest === 0 ? 0 : largest * Math.sqrt(column.reduce((total, value) => total + (value / largest) ** 2, 0))
}
