// Plain values as bytes and back, with bytes and 64-bit numbers inside.

export function pack(value: unknown): Uint8Array {
  const text = JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return { $n: one.toString() }
    if (one instanceof Uint8Array) return { $b: base64(one) }
    return one
  })
  return new TextEncoder().encode(text)
}

export function unpack<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes), (_, one: unknown) => {
    if (typeof one !== 'object' || one === null) return one
    if ('$n' in one) return BigInt(one.$n as string)
    if ('$b' in one) return unbase64(one.$b as string)
    return one
  }) as T
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

const unbase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
