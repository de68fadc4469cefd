// Copying happens within the press that asks for it: Safari has forgotten the press by the time an answer is there, so a
// text that is still to come is handed to the clipboard as what it will be.

/** The text is on the clipboard. Errors: NotAllowedError; why the text did not come. */
export async function toClipboard(text: string | Promise<string>): Promise<void> {
  if (typeof text === 'string') return navigator.clipboard.writeText(text)
  const type = 'text/plain'
  const written = navigator.clipboard.write([new ClipboardItem({ [type]: text.then((one) => new Blob([one], { type })) })])
  await Promise.all([text, written])
}
