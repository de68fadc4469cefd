// Where each row of a long list lies, some measured and the rest guessed. Pure: the list component asks and tells.

export class Heights {
  private readonly known = new Map<number, number>()
  private places = new Map<number, number>()
  private offsets = new Float64Array(1)
  private rows: readonly number[] = []

  constructor(private guess = 64) {}

  setRows(rows: readonly number[]): void {
    this.rows = rows
    this.places = new Map(rows.map((row, index) => [row, index]))
    this.sum(0)
  }

  /** Rows were only added at the end: what lies above stays. */
  append(rows: readonly number[]): void {
    const from = this.rows.length
    this.rows = rows
    for (let index = from; index < rows.length; index++) this.places.set(rows[index]!, index)
    this.sum(from)
  }

  /** These rows are so high; true if that changes anything. */
  measure(measured: Iterable<[row: number, height: number]>): boolean {
    let first = Infinity
    for (const [row, height] of measured) {
      if (this.known.get(row) === height) continue
      this.known.set(row, height)
      first = Math.min(first, this.places.get(row) ?? Infinity)
    }
    if (first === Infinity) return false
    this.sum(first)
    return true
  }

  get total(): number {
    return this.offsets[this.rows.length]!
  }

  get count(): number {
    return this.rows.length
  }

  row(index: number): number | undefined {
    return this.rows[index]
  }

  indexOf(row: number): number {
    return this.places.get(row) ?? -1
  }

  /** How far below the top the row at this place begins. */
  offset(index: number): number {
    return this.offsets[Math.max(0, Math.min(index, this.rows.length))]!
  }

  /** The place of the row that covers this height. */
  indexAt(y: number): number {
    let low = 0
    let high = this.rows.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.offsets[middle]! <= y) low = middle
      else high = middle - 1
    }
    return Math.max(0, low)
  }

  private sum(from: number): void {
    const { rows, known, guess } = this
    if (this.offsets.length < rows.length + 1) {
      const wider = new Float64Array(Math.ceil((rows.length + 1) * 1.5))
      wider.set(this.offsets)
      this.offsets = wider
    }
    let y = from > 0 ? this.offsets[from]! : 0
    for (let index = from; index < rows.length; index++) {
      this.offsets[index] = y
      y += known.get(rows[index]!) ?? guess
    }
    this.offsets[rows.length] = y
  }
}
