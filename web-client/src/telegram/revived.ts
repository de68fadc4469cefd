// What was copied by the browser, into a database or to another window.

import Long from 'long'

/** A copy holds Long values as plain objects; they become Long again. */
export function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Blob) return value
  if (Array.isArray(value)) return value.map(revived)
  const plain = value as Record<string, unknown>
  if (typeof plain.low === 'number' && typeof plain.high === 'number') {
    return new Long(plain.low, plain.high, plain.unsigned === true)
  }
  return Object.fromEntries(Object.entries(plain).map(([name, one]) => [name, revived(one)]))
}
