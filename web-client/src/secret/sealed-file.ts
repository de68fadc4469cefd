// Files of secret chats: sealed with a key of their own, which travels in the message, before they leave this browser.
// https://core.telegram.org/api/end-to-end (Sending Encrypted Files)

import { concat } from './bytes'
import { BLOCK, Ige, md5, type Primitives } from './primitives'
import { Refused } from './refused'

const PIECE = 512 * 1024

/** By this the server's file and the key in the message are known to belong together. Shape: 32 bits, signed. */
export function fingerprint(key: Uint8Array, iv: Uint8Array): number {
  const digest = new DataView(md5(concat(key, iv)).buffer)
  return digest.getInt32(0, true) ^ digest.getInt32(4, true)
}

const breathe = (): Promise<void> => new Promise((done) => setTimeout(done))

/** The file as the server gets it: padded with random bytes to whole blocks, and sealed. */
export async function sealFile(file: Blob, key: Uint8Array, iv: Uint8Array, from: Primitives): Promise<Blob> {
  const ige = new Ige(from, key, iv)
  const parts: Uint8Array[] = []
  for (let at = 0; at < file.size; at += PIECE) {
    const plain = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer())
    const lacking = (BLOCK - (plain.length % BLOCK)) % BLOCK
    parts.push(ige.encrypt(lacking ? concat(plain, from.randomBytes(lacking)) : plain))
    await breathe()
  }
  return new Blob(parts as BlobPart[])
}

/** The file, of which this much is meant. Errors: Refused, if what came is shorter or is no whole blocks. */
export async function openFile(pieces: AsyncIterable<Uint8Array>, key: Uint8Array, iv: Uint8Array, size: number, from: Primitives): Promise<Uint8Array> {
  const ige = new Ige(from, key, iv)
  const whole: Uint8Array[] = []
  let rest: Uint8Array = new Uint8Array()
  for await (const piece of pieces) {
    const sealed = concat(rest, piece)
    const usable = sealed.length - (sealed.length % BLOCK)
    if (usable) whole.push(ige.decrypt(sealed.slice(0, usable)))
    rest = sealed.slice(usable)
  }
  const plain = concat(...whole)
  if (rest.length || plain.length < size || size < 0) throw new Refused('size of the file')
  return plain.slice(0, size)
}
