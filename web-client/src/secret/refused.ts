/** What came is not what the protocol allows: it is dropped, and nothing of it is believed. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** The other side, or who pretends to be it, broke the protocol: the chat must end. */
export class Broken extends Error {
  override readonly name = 'Broken'
}
