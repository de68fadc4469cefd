// The charts of statistics as the protocol writes them: columns whose first entry is their name, `x` the times.

export interface Line {
  name: string
  kind: 'line' | 'bar'
  values: number[]
}
export interface ChartData {
  /** Milliseconds since 1970, or plain numbers such as hours. */
  x: number[]
  lines: Line[]
  stacked: boolean
}

interface Written {
  columns: Array<[string, ...number[]]>
  types: Record<string, string>
  names?: Record<string, string>
  stacked?: boolean
}

const MOST_POINTS = 2000
const MOST_LINES = 24

/** The chart; undefined if the words say nothing or nonsense. */
export function chartOf(text: string): ChartData | undefined {
  try {
    const written = JSON.parse(text) as Written
    const columns = written.columns.slice(0, MOST_LINES + 1).map(([id, ...values]) => ({ id, values: values.slice(0, MOST_POINTS).map(Number) }))
    const x = columns.find((column) => written.types[column.id] === 'x')?.values ?? []
    const lines = columns
      .filter((column) => written.types[column.id] !== 'x' && column.values.length === x.length)
      .map((column): Line => ({ name: written.names?.[column.id] ?? column.id, kind: written.types[column.id] === 'bar' ? 'bar' : 'line', values: column.values }))
    const finite = [x, ...lines.map((line) => line.values)].every((values) => values.every(Number.isFinite))
    return x.length && lines.length && finite ? { x, lines, stacked: written.stacked === true } : undefined
  } catch {
    return undefined
  }
}

/** The top of the scale: a round number not below the highest value. */
export function topOf(data: ChartData): number {
  const heights = data.x.map((_, at) => (data.stacked ? data.lines.reduce((sum, line) => sum + line.values[at]!, 0) : Math.max(...data.lines.map((line) => line.values[at]!))))
  const most = Math.max(1, ...heights)
  const step = 10 ** Math.floor(Math.log10(most))
  return Math.ceil(most / step) * step
}
