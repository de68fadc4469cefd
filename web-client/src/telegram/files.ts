// Files: photos, documents and profile pictures come down as blob addresses, files go up in parts. Few at a time.

import type { tl } from '@mtcute/web'
import { downloadAsIterable, uploadFile } from '@mtcute/web/methods.js'
import Long from 'long'
import type { Account } from '../state/account'
import type { PeerKey } from './peers'
import { mayStream, playing, saving } from './streams'

const AT_ONCE = 4
/** From this size on a file is saved as it comes, not gathered first. */
const BIG_BYTES = 4 * 1024 * 1024
/** Bytes of blobs held for showing; beyond, those not looked at for longest are let go. */
const HELD_BYTES = 120 * 1024 * 1024

export interface Loading {
  signal?: AbortSignal
  /** From 0 to 1. */
  progress?: (share: number) => void
}
interface Held {
  url: string
  blob: Blob
}

export class Files {
  private readonly held = new Map<string, Held>()
  private readonly coming = new Map<string, Promise<Held>>()
  private heldBytes = 0
  private running = 0
  private readonly queue: Array<() => void> = []

  constructor(private readonly account: Account) {}

  /** The picture of a peer; undefined if it has none. */
  async peerPhoto(key: PeerKey, big = false): Promise<string | undefined> {
    const photo = this.account.peers.photo(key)
    if (!photo) return undefined
    const location: tl.TypeInputFileLocation = { _: 'inputPeerPhotoFileLocation', peer: this.account.peers.input(key), photoId: photo.id, big }
    return this.url(`peer/${photo.id.toString()}/${big}`, location, 0, 'image/jpeg')
  }

  /** A size of a photo. */
  photo(photo: tl.RawPhoto, size: tl.TypePhotoSize, loading?: Loading): Promise<string> {
    const location = photoLocation(photo, size)
    return this.url(`photo/${photo.id.toString()}/${size.type}`, location, bytesOf(size), 'image/jpeg', loading)
  }

  /** A whole document, or the preview of one. */
  document(document: tl.RawDocument, loading?: Loading, thumb?: tl.TypePhotoSize): Promise<string> {
    const name = `document/${document.id.toString()}/${thumb?.type ?? ''}`
    const kind = thumb ? 'image/jpeg' : safeType(document.mimeType)
    return this.url(name, documentLocation(document, thumb), thumb ? bytesOf(thumb) : document.size, kind, loading)
  }

  /** The bytes of a document that `document` has loaded. */
  blob(document: tl.RawDocument): Blob | undefined {
    return this.held.get(`document/${document.id.toString()}/`)?.blob
  }

  /** The address at once if the file is held, else undefined: what is known is shown without a blink. */
  ready(kind: 'photo' | 'document' | 'peer', id: Long, rest: string): string | undefined {
    return this.held.get(`${kind}/${id.toString()}/${rest}`)?.url
  }

  /** An address from which the document plays while it loads, until `signal` ends it; whole where that cannot be. */
  async play(document: tl.RawDocument, loading: Loading & { signal: AbortSignal }): Promise<string> {
    if (!mayStream() || this.blob(document)) return this.document(document, loading)
    return playing(this.account, document, documentLocation(document), safeType(document.mimeType), loading.signal)
  }

  /** The document is saved by the browser, under its own name. */
  async save(document: tl.RawDocument, name: string, loading?: Loading): Promise<void> {
    if (document.size > BIG_BYTES && mayStream() && !this.blob(document)) {
      return saving(this.account, document, documentLocation(document), name, loading?.signal, loading?.progress)
    }
    const link = window.document.createElement('a')
    link.href = await this.document(document, loading)
    link.download = name
    link.click()
  }

  /** The file is on the server afterwards; the answer names it for a message. Errors: AbortError. */
  async upload(file: Blob, name: string, loading?: Loading): Promise<tl.TypeInputFile> {
    const done = await uploadFile(this.account.link.client, {
      file: new File([file], name, { type: file.type }),
      fileName: name,
      fileSize: file.size,
      requireFileSize: true,
      abortSignal: loading?.signal,
      progressCallback: (sent, total) => loading?.progress?.(total ? sent / total : 0),
    })
    return done.inputFile
  }

  private async url(name: string, location: tl.TypeInputFileLocation, size: number, type: string, loading?: Loading): Promise<string> {
    const held = this.held.get(name)
    if (held) {
      this.held.delete(name)
      this.held.set(name, held)
      return held.url
    }
    const coming = this.coming.get(name)
    if (coming) {
      // Who began it may have left, which ends it; who still waits begins again.
      const found = await coming.catch(() => undefined)
      loading?.signal?.throwIfAborted()
      return found?.url ?? this.url(name, location, size, type, loading)
    }
    const begun = this.fetch(name, location, size, type, loading).finally(() => this.coming.delete(name))
    this.coming.set(name, begun)
    return (await begun).url
  }

  private async fetch(name: string, location: tl.TypeInputFileLocation, size: number, type: string, loading?: Loading): Promise<Held> {
    await this.turn(loading?.signal)
    try {
      const parts: BlobPart[] = []
      const parameters = { fileSize: size || undefined, abortSignal: loading?.signal, progressCallback: (done: number) => size && loading?.progress?.(done / size) }
      for await (const part of downloadAsIterable(this.account.link.client, location, parameters)) parts.push(part as BlobPart)
      loading?.signal?.throwIfAborted()
      const blob = new Blob(parts, { type })
      return this.hold(name, { blob, url: URL.createObjectURL(blob) })
    } finally {
      this.running -= 1
      this.queue.shift()?.()
    }
  }

  private hold(name: string, held: Held): Held {
    this.held.set(name, held)
    this.heldBytes += held.blob.size
    for (const [other, one] of this.held) {
      if (this.heldBytes <= HELD_BYTES || other === name) break
      this.held.delete(other)
      this.heldBytes -= one.blob.size
      URL.revokeObjectURL(one.url)
    }
    return held
  }

  private async turn(signal?: AbortSignal): Promise<void> {
    if (this.running >= AT_ONCE) await new Promise<void>((go) => this.queue.push(go))
    this.running += 1
    if (signal?.aborted) {
      this.running -= 1
      this.queue.shift()?.()
      signal.throwIfAborted()
    }
  }
}

// A page of our origin must never be made of what people send: only these types keep their name.
const SHOWN = /^(image\/(jpeg|png|gif|webp|avif)|video\/(mp4|webm|quicktime|ogg)|audio\/[\w.+-]+)$/
export const safeType = (type: string): string => (SHOWN.test(type) ? type : 'application/octet-stream')

function photoLocation(photo: tl.RawPhoto, size: tl.TypePhotoSize): tl.TypeInputFileLocation {
  return { _: 'inputPhotoFileLocation', id: photo.id, accessHash: photo.accessHash, fileReference: photo.fileReference, thumbSize: size.type }
}

function documentLocation(document: tl.RawDocument, thumb?: tl.TypePhotoSize): tl.TypeInputFileLocation {
  const { id, accessHash, fileReference } = document
  return { _: 'inputDocumentFileLocation', id, accessHash, fileReference, thumbSize: thumb?.type ?? '' }
}

function bytesOf(size: tl.TypePhotoSize): number {
  if (size._ === 'photoSize') return size.size
  if (size._ === 'photoSizeProgressive') return size.sizes.at(-1) ?? 0
  return 0
}
