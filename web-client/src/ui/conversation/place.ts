// Pure.

/** Where the row is among rows in rising order; −1 if it is not there. */
export function placeIn(rows: readonly number[], row: number): number {
  let low = 0
  let high = rows.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = rows[middle]!
    if (found === row) return middle
    if (found < row) low = middle + 1
    else high = middle - 1
  }
  return -1
}
