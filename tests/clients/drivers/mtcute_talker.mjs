// What the Node and the browser driver share: the commands of `talking.py`, carried out with mtcute.

import { rooms } from './mtcute_rooms.mjs'

const api = { apiId: 1, apiHash: 'chappe', disableUpdates: false }
const kinds = { new_message: 'new', edit_message: 'edited' }

export class Talker {
  // make(session, extra) gives a TelegramClient of this person's present session; openFile(path) something it can upload.
  constructor({ make, openFile, forget }) {
    Object.assign(this, { make, openFile, forget, sessions: 0, events: [] })
  }

  connect(catchUp) {
    this.client = this.make(`session-${this.sessions}`, { ...api, updates: { catchUp } })
    this.client.onUpdate.add((update) => this.happened(update))
    this.client.onRawUpdate.add(({ update }) => this.reacted(update))
  }

  newSession() {
    this.sessions += 1
    this.connect(false)
  }

  happened({ name, data }) {
    if (name === 'new_message' || name === 'edit_message') {
      const said = name === 'new_message' && data.isOutgoing ? 'own' : kinds[name]
      const kind = data.isService ? 'event' : said
      this.events.push({ kind, ...messageFacts(data) })
    } else if (name === 'delete_message') {
      this.events.push({ kind: 'deleted', ids: data.messageIds })
    } else if (name === 'history_read' && data.isOutbox) {
      this.events.push({ kind: 'read', peer: data.chatId, max_id: data.maxReadId })
    }
  }

  reacted(update) {
    if (update._ !== 'updateMessageReactions') return
    const signs = update.reactions.results.map((result) => result.reaction.emoticon)
    this.events.push({ kind: 'reacted', id: update.msgId, signs })
  }

  async take({ kinds, at_least, timeout_s, settle_s }) {
    const deadline = Date.now() + timeout_s * 1000
    let seen = -1
    let since = Date.now()
    for (;;) {
      const found = this.events.filter((event) => kinds.includes(event.kind))
      const now = Date.now()
      if (found.length !== seen) {
        seen = found.length
        since = now
      }
      if (now > deadline || (seen >= at_least && now - since >= settle_s * 1000)) {
        this.events = this.events.filter((event) => !kinds.includes(event.kind))
        return found
      }
      await new Promise((done) => setTimeout(done, 20))
    }
  }

  // The library no longer signs people up, so this is a raw call, told to the client as any sign-in is.
  async sign_up({ phone, code, first_name }) {
    this.newSession()
    const { phoneCodeHash } = await this.client.sendCode({ phone })
    const needed = await this.client.signIn({ phone, phoneCodeHash, phoneCode: code }).then(() => false, (error) => {
      if (!/sign ?up/i.test(error.message)) throw error
      return true
    })
    if (needed) {
      const names = { firstName: first_name, lastName: '' }
      const done = await this.client.call({ _: 'auth.signUp', phoneNumber: phone, phoneCodeHash, ...names })
      await this.client.notifyLoggedIn(done)
    }
    return this.me()
  }

  async sign_in({ phone, code, password }) {
    this.newSession()
    return personFacts(await this.client.start({ phone, code: () => code, password, codeSentCallback: () => {} }))
  }

  async set_password({ password }) {
    await this.client.enableCloudPassword({ password, hint: 'the usual' })
    return null
  }

  async remove_password({ password }) {
    await this.client.removeCloudPassword(password)
    return null
  }

  async me() {
    return personFacts(await this.client.getMe())
  }

  async add_contact({ phone, first_name }) {
    const done = await this.client.importContacts([{ phone, firstName: first_name, lastName: '' }])
    return done.imported[0].userId
  }

  async send_text({ peer, text, reply_to }) {
    return messageFacts(await this.client.sendText(peer, text, { replyTo: reply_to ?? undefined }))
  }

  // All at once, as a program would that does not wait for the answers.
  async send_texts({ peer, texts }) {
    await Promise.all(texts.map((text) => this.client.sendText(peer, text)))
    return null
  }

  async send_file({ peer, path }) {
    const { file, fileName } = await this.openFile(path)
    return messageFacts(await this.client.sendMedia(peer, { type: 'document', file, fileName }))
  }

  async send_photo({ peer, path, caption }) {
    const { file, fileName } = await this.openFile(path)
    return messageFacts(await this.client.sendMedia(peer, { type: 'photo', file, fileName, caption }))
  }

  async upload({ path }) {
    const { file, fileName } = await this.openFile(path)
    this.uploaded = await this.client.uploadFile({ file, fileName })
    return null
  }

  async send_uploaded({ peer }) {
    return messageFacts(await this.client.sendMedia(peer, { type: 'document', file: this.uploaded, fileName: 'report.bin' }))
  }

  async remember_file({ peer, id }) {
    this.remembered = (await this.client.getMessages(peer, id))[0].media
    return null
  }

  async fetch_remembered() {
    return this.fetched(this.remembered)
  }

  async download({ peer, id }) {
    const [message] = await this.client.getMessages(peer, id)
    return this.fetched(message.media)
  }

  async fetched(media) {
    const data = await this.client.downloadAsBuffer(media)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
    return { sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''), size: data.length }
  }

  async edit({ peer, id, text }) {
    return messageFacts(await this.client.editMessage({ chatId: peer, message: id, text }))
  }

  async delete({ peer, ids }) {
    await this.client.deleteMessagesById(peer, ids, { revoke: true })
    return null
  }

  async read({ peer, max_id }) {
    await this.client.readHistory(peer, { maxId: max_id })
    return null
  }

  async react({ peer, id, sign }) {
    await this.client.sendReaction({ chatId: peer, message: id, emoji: sign })
    return null
  }

  async dialogs() {
    const found = []
    for await (const dialog of this.client.iterDialogs()) {
      found.push({ peer: dialog.peer.id, unread: dialog.unreadCount, top: messageFacts(dialog.lastMessage) })
    }
    return found
  }

  async history({ peer, limit }) {
    const found = []
    for await (const message of this.client.iterHistory(peer, { limit })) found.push(messageFacts(message))
    return found
  }

  async leave() {
    await this.client.destroy()
    return null
  }

  async come_back() {
    this.connect(true)
    await this.client.connect()
    await this.client.startUpdatesLoop()
    return null
  }

  async log_out() {
    await this.client.logOut()
    await this.client.destroy()
    this.forget(`session-${this.sessions}`)
    return true
  }

  facts(message) {
    return messageFacts(message)
  }
}

Object.assign(Talker.prototype, rooms)

// A pipe takes what it has room for, and none at times; the answer is written to its end.
export function answerer(writeSync) {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  return (answer) => {
    let rest = Buffer.from(`${JSON.stringify(answer)}\n`)
    while (rest.length) {
      try {
        rest = rest.subarray(writeSync(1, rest))
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error
        Atomics.wait(pause, 0, 0, 5)
      }
    }
  }
}

export async function obey(talker, { do: command, ...facts }) {
  try {
    return { ok: (await talker[command](facts)) ?? null }
  } catch (error) {
    return { error: `${error.name}: ${error.message}`, trace: error.stack }
  }
}

function personFacts(user) {
  return { id: user.id, phone: user.phoneNumber, first_name: user.firstName }
}

function messageFacts(message) {
  const media = message.media
  const known = media && (media.type === 'photo' || media.type === 'document') ? media.type : null
  return {
    id: message.id,
    peer: message.chat.id,
    sender: message.sender.id,
    out: message.isOutgoing,
    text: message.text,
    media: media ? (known ?? 'document') : null,
    size: media?.fileSize ?? null,
    reply_to: message.replyToMessage?.id ?? null,
  }
}
