// A text too long for one message, as several. Pure.

const LONGEST = 4096

/** Pieces a message can hold, cut at line ends or spaces where there are any. */
export function split(text: string, longest = LONGEST): string[] {
  const out: string[] = []
  let rest = text
  while (rest.length > longest) {
    const part = rest.slice(0, longest)
    const cut = Math.max(part.lastIndexOf('\n'), part.lastIndexOf(' '))
    let at = cut > longest / 2 ? cut : longest
    const code = rest.charCodeAt(at - 1)
    if (at === longest && code >= 0xd800 && code <= 0xdbff) at -= 1
    out.push(rest.slice(0, at).trimEnd())
    rest = rest.slice(at).trimStart()
  }
  return rest ? [...out, rest] : out
}
