// What mtcute does in rooms: the commands of `telethon_rooms.py`, by its own methods where it has them.

import { reports } from './mtcute_reports.mjs'

const statuses = { creator: 'creator', admin: 'admin', banned: 'banned', left: 'left' }
const yes = (names) => Object.fromEntries(names.map((name) => [camel(name), true]))
const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())
// The library takes links of one host only for invitations; what counts is what they end in.
const invitation = (link) => `https://t.me/+${link.split('+').pop()}`
const words = (text) => ({ _: 'textWithEntities', text, entities: [] })
const object = (value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [camel(name), object(one)]))
    : value
const later = (seconds) => (seconds ? new Date(Date.now() + seconds * 1000) : undefined)

export const rooms = {
  ...reports,

  async found({ kind, title, about, people }) {
    if (kind === 'group') return (await this.client.createGroup({ title, users: people })).chat.id
    const params = { title, description: about ?? '' }
    const made = kind === 'channel' ? await this.client.createChannel(params) : await this.client.createSupergroup(params)
    if (people) await this.client.addChatMembers(made.id, people, {})
    return made.id
  },

  async page({ peer }) {
    const full = await this.client.getFullChat(peer)
    return {
      title: full.title,
      about: full.bio,
      username: full.username,
      members: full.full._ === 'chatFull' ? full.full.participants.participants.length : full.membersCount,
      slow_mode: full.slowmodeSeconds ?? 0,
      photo: full.photo !== null,
      linked: full.linkedChat?.id ?? null,
    }
  },

  async make_link({ peer, title, expires_s, limit, request }) {
    const made = await this.client.call({
      _: 'messages.exportChatInvite',
      peer: await this.client.resolvePeer(peer),
      title: title ?? undefined,
      expireDate: expires_s ? Math.floor(Date.now() / 1000) + expires_s : undefined,
      usageLimit: limit || undefined,
      requestNeeded: request || undefined,
    })
    return linkFacts(made)
  },

  async link_state({ peer, link }) {
    return linkFacts((await this.client.getInviteLink(peer, link)).raw)
  },

  async revoke_link({ peer, link }) {
    await this.client.revokeInviteLink(peer, link)
  },

  async peek({ link }) {
    return (await this.client.getChatPreview(invitation(link))).title
  },

  async join_link({ link }) {
    const done = await this.client.joinChat(invitation(link))
    if (done.status === undefined) return done.id // the web package is older
    return done.status === 'ok' ? done.chat.id : 0
  },

  async join_name({ name }) {
    return (await this.client.joinChat(name)).chat.id
  },

  async quit_room({ peer }) {
    await this.client.leaveChat(peer)
  },

  async waiting({ peer }) {
    return (await this.client.getInviteLinkMembers(peer, { requested: true })).map((one) => one.user.id)
  },

  async answer({ peer, user, approved }) {
    await this.client.hideJoinRequest({ chatId: peer, user, action: approved ? 'approve' : 'decline' })
  },

  async members({ peer, kind, question }) {
    const found = await this.client.getChatMembers(peer, { type: kind || 'recent', ...(question ? { query: question, type: 'all' } : {}) })
    const facts = found.map((one) => ({
      id: one.user.id,
      status: one.status === 'restricted' && kind === 'restricted' ? 'banned' : (statuses[one.status] ?? 'member'),
      rank: one.title ?? null,
    }))
    return facts.sort((a, b) => a.id - b.id)
  },

  async promote({ peer, user, rights, rank }) {
    await this.client.editAdminRights({ chatId: peer, userId: user, rights: yes(rights), rank })
  },

  async demote({ peer, user }) {
    await this.client.editAdminRights({ chatId: peer, userId: user, rights: {} })
  },

  async bar({ peer, user, forbid, for_s }) {
    const until = later(for_s)
    if (forbid.includes('view_messages')) {
      await this.client.banChatMember({ chatId: peer, participantId: user, untilDate: until })
    } else if (forbid.length) {
      await this.client.restrictChatMember({ chatId: peer, userId: user, restrictions: yes(forbid), until })
    } else {
      await this.client.unbanChatMember({ chatId: peer, participantId: user })
    }
  },

  async kick({ peer, user }) {
    await this.client.kickChatMember({ chatId: peer, userId: user })
  },

  async default_rights({ peer, forbid }) {
    await this.client.setChatDefaultPermissions(peer, yes(forbid))
  },

  async slow_mode({ peer, seconds }) {
    await this.client.setSlowMode(peer, seconds)
  },

  async signatures({ peer, on }) {
    const channel = await this.client.resolveChannel(peer)
    await this.client.call({ _: 'channels.toggleSignatures', channel, signaturesEnabled: on })
  },

  async rename({ peer, title }) {
    await this.client.setChatTitle(peer, title)
  },

  async describe({ peer, about }) {
    await this.client.setChatDescription(peer, about)
  },

  async picture({ peer, path }) {
    const { file } = await this.openFile(path)
    await this.client.setChatPhoto({ chatId: peer, type: 'photo', media: file })
  },

  async name_room({ peer, name }) {
    await this.client.setChatUsername(peer, name)
  },

  async link_rooms({ channel, group }) {
    const [broadcast, talk] = [await this.client.resolveChannel(channel), await this.client.resolveChannel(group)]
    await this.client.call({ _: 'channels.setDiscussionGroup', broadcast, group: talk })
  },

  async comment({ peer, id, text }) {
    const [post] = await this.client.getMessages(peer, id)
    return this.facts(await this.client.commentText(post, text))
  },

  async comments({ peer, id }) {
    const found = await this.client.call({
      _: 'messages.getReplies', peer: await this.client.resolvePeer(peer), msgId: id, offsetId: 0, offsetDate: 0,
      addOffset: 0, limit: 50, maxId: 0, minId: 0, hash: 0,
    })
    return found.messages.map((message) => message.message).reverse()
  },

  async forum({ peer }) {
    const channel = await this.client.resolveChannel(peer)
    await this.client.call({ _: 'channels.toggleForum', channel, enabled: true, tabs: false })
  },

  async make_topic({ peer, title }) {
    return (await this.client.createForumTopic({ chatId: peer, title })).id
  },

  async topics({ peer }) {
    return (await this.client.getForumTopics(peer)).map((topic) => topic.title).sort()
  },

  async topic_history({ peer, topic }) {
    const found = await this.client.searchMessages({ chatId: peer, threadId: topic, limit: 50 })
    return found.filter((message) => !message.isService).map((message) => message.text).reverse()
  },

  async poll({ peer, question, options, right }) {
    const quiz = right === undefined || right === null ? {} : { type: 'quiz', correct: right }
    return this.facts(await this.client.sendMedia(peer, { type: 'poll', question, answers: options, ...quiz }))
  },

  async vote({ peer, id, choice }) {
    await this.client.sendVote({ chatId: peer, message: id, options: choice })
  },

  async results({ peer, id }) {
    const [{ media }] = await this.client.getMessages(peer, id)
    const known = media.results?.results ? media.answers : []
    const places = known.map((answer, place) => [place, answer])
    return {
      total: media.voters,
      closed: media.isClosed,
      voters: Object.fromEntries(places.map(([place, answer]) => [String(place), answer.voters])),
      chosen: places.filter(([, answer]) => answer.chosen).map(([place]) => place),
      right: places.filter(([, answer]) => answer.correct).map(([place]) => place),
    }
  },

  async stop_poll({ peer, id }) {
    await this.client.closePoll({ chatId: peer, message: id })
  },

  async reacted_by({ peer, id }) {
    const found = await this.client.getReactionUsers({ chatId: peer, message: id })
    return found.map((one) => ({ id: one.peer.id, sign: one.emoji }))
  },

  async mention({ peer, user, text }) {
    const entities = [{ _: 'messageEntityMentionName', offset: 0, length: text.length, userId: user }]
    return this.facts(await this.client.sendText(peer, { text, entities }))
  },

  async mentions({ peer }) {
    const found = await this.client.call({
      _: 'messages.getUnreadMentions', peer: await this.client.resolvePeer(peer), offsetId: 0, addOffset: 0, limit: 50,
      maxId: 0, minId: 0,
    })
    return found.messages.map((message) => message.id)
  },

  async read_mentions({ peer }) {
    await this.client.call({ _: 'messages.readMentions', peer: await this.client.resolvePeer(peer) })
  },

  async pin({ peer, id }) {
    await this.client.pinMessage({ chatId: peer, message: id })
  },

  async pinned({ peer }) {
    const filter = { _: 'inputMessagesFilterPinned' }
    return (await this.client.searchMessages({ chatId: peer, filter })).map((message) => message.id)
  },

  async search({ peer, question }) {
    return (await this.client.searchMessages({ chatId: peer, query: question })).map((message) => message.text)
  },

  async log({ peer }) {
    const found = await this.client.getChatEventLog(peer, { limit: 100 })
    return found.map((event) => event.raw.action._.replace('channelAdminLogEventAction', ''))
  },

  async migrate({ peer }) {
    const done = await this.client.call({ _: 'messages.migrateChat', chatId: -peer })
    this.client.handleClientUpdate(done)
    return -(10 ** 12) - done.chats.find((chat) => chat._ === 'channel').id
  },

  async schedule({ peer, text, in_s }) {
    return this.facts(await this.client.sendText(peer, text, { schedule: later(in_s) }))
  },

  async scheduled({ peer }) {
    return (await this.client.getAllScheduledMessages(peer)).map((message) => this.facts(message))
  },

  async send_scheduled({ peer, ids }) {
    await this.client.sendScheduled(peer, ids)
  },

  async album({ peer, paths }) {
    const medias = []
    for (const path of paths) medias.push({ type: 'photo', ...(await this.openFile(path)) })
    return (await this.client.sendMediaGroup(peer, medias)).map((message) => this.facts(message))
  },

  async counts({ peer, ids }) {
    const asked = { _: 'messages.getMessagesViews', peer: await this.client.resolvePeer(peer), id: ids, increment: true }
    return (await this.client.call(asked)).views.map(({ views, forwards }) => ({ views: views ?? null, forwards: forwards ?? null }))
  },

  async post({ peer, id }) {
    const [message] = await this.client.getMessages(peer, id)
    return {
      author: message.signature,
      views: message.views,
      sender: message.sender.id,
      comments: message.replies?.count ?? null,
      source: message.forward?.sender.id ?? null,
    }
  },

  async forward({ source, ids, peer }) {
    const sent = await this.client.forwardMessagesById({ fromChatId: source, messages: ids, toChatId: peer })
    return sent.map((message) => this.facts(message))
  },

  async hand_over({ peer, user, password }) {
    await this.client.transferChatOwnership({ chatId: peer, userId: user, password })
  },

  // A call without a method of the library's own: fields of TL, rooms and people by marked id.
  async ask({ method, fields }) {
    const ready = {}
    for (const [name, given] of Object.entries(fields)) {
      if (name === 'channel') ready.channel = await this.client.resolveChannel(given)
      else if (name === 'users') ready.users = await Promise.all(given.map((one) => this.client.resolveUser(one)))
      else if (typeof given === 'number' && /peer$/.test(name)) ready[camel(name)] = await this.client.resolvePeer(given)
      else ready[camel(name)] = Array.isArray(given) ? given.map(object) : object(given)
    }
    const done = await this.client.call({ _: method, ...ready })
    if (done._ === 'updates') this.client.handleClientUpdate(done)
    return snake(done)
  },

  async send_quietly({ peer, text }) {
    return this.facts(await this.client.sendText(peer, text, { silent: true }))
  },

  async checklist({ peer, title, tasks }) {
    const items = tasks.map((text, place) => ({ _: 'todoItem', id: place + 1, title: words(text) }))
    const todo = { _: 'todoList', title: words(title), list: items, othersCanAppend: true, othersCanComplete: true }
    return this.facts(await this.client.sendMedia(peer, { _: 'inputMediaTodo', todo }))
  },

  async tick({ peer, id, done, undone }) {
    await this.client.toggleTodoCompleted({ chatId: peer, message: id, completed: done, uncompleted: undone })
  },

  async ticked({ peer, id }) {
    const [{ raw: { media } }] = await this.client.getMessages(peer, id)
    return {
      tasks: media.todo.list.map((task) => task.title.text),
      done: Object.fromEntries((media.completions ?? []).map((one) => [String(one.id), one.completedBy.userId])),
    }
  },

  async delete_room({ peer }) {
    await this.client.deleteChannel(peer)
  },

  async rooms() {
    const found = []
    for await (const { peer } of this.client.iterDialogs()) {
      if (peer.id < 0 && peer.isMember) found.push(peer.id)
    }
    return found
  },
}

// What the library gives, in the words of TL; long numbers and bytes as text.
function snake(value) {
  if (Array.isArray(value)) return value.map(snake)
  if (!value || typeof value !== 'object') return value
  if (value instanceof Uint8Array || 'unsigned' in value) return String(value)
  const name = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [name(key), snake(one)]))
}

function linkFacts(made) {
  return {
    link: made.link,
    title: made.title ?? null,
    limit: made.usageLimit ?? 0,
    used: made.usage ?? 0,
    request: Boolean(made.requestNeeded),
    expires: Boolean(made.expireDate),
    revoked: Boolean(made.revoked),
  }
}
