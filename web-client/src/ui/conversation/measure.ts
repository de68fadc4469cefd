// What a file is and how large its picture: photos are made smaller before they go, unless they go as files.

import type { Attachment } from '../../state/deliver'

const WIDEST = 2560
const PHOTO_BYTES = 10 * 1024 * 1024
const PHOTOS = /^image\/(jpeg|png|webp|bmp|avif)$/

export async function measure(file: File, asFile: boolean, spoiler: boolean): Promise<Attachment> {
  const plain: Attachment = { kind: 'file', blob: file, name: file.name }
  if (asFile) return plain
  try {
    if (PHOTOS.test(file.type)) return { ...(await photo(file)), spoiler }
    if (/^video\/(mp4|webm|quicktime)$/.test(file.type)) return { ...(await video(file)), spoiler }
    if (file.type.startsWith('audio/')) return { ...plain, kind: 'audio', duration: await seconds(file), title: file.name.replace(/\.\w+$/, '') }
  } catch {
    // What the browser cannot read goes as the file it is.
  }
  return plain
}

async function photo(file: File): Promise<Attachment> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, WIDEST / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))]
  const ratio = Math.max(width, height) / Math.min(width, height)
  if (ratio > 19) return { kind: 'file', blob: file, name: file.name }
  if (scale === 1 && file.type === 'image/jpeg' && file.size < PHOTO_BYTES) {
    bitmap.close()
    return { kind: 'photo', blob: file, name: file.name, width, height }
  }
  const canvas = new OffscreenCanvas(width, height)
  const brush = canvas.getContext('2d')!
  brush.fillStyle = '#fff'
  brush.fillRect(0, 0, width, height)
  brush.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.88 })
  return { kind: 'photo', blob, name: file.name.replace(/\.\w+$/, '.jpg'), width, height }
}

async function video(file: File): Promise<Attachment> {
  const element = document.createElement('video')
  const found = await loaded(element, file)
  return { kind: 'video', blob: file, name: file.name, width: element.videoWidth, height: element.videoHeight, duration: found }
}

const seconds = (file: File): Promise<number> => loaded(document.createElement('audio'), file)

function loaded(element: HTMLMediaElement, file: File): Promise<number> {
  const url = URL.createObjectURL(file)
  return new Promise<number>((done, fail) => {
    element.preload = 'metadata'
    element.onloadedmetadata = () => done(Number.isFinite(element.duration) ? element.duration : 0)
    element.onerror = () => fail(new Error('unreadable'))
    element.src = url
  }).finally(() => URL.revokeObjectURL(url))
}
