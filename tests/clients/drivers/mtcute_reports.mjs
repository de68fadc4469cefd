// How mtcute reports: raw calls, following the menu that the server serves.

export const reports = {
  async report({ peer, ids, titles, words }) {
    const asked = []
    const wanted = [...titles]
    let option = new Uint8Array()
    let message = ''
    for (;;) {
      const answer = await this.client.call({
        _: 'messages.report', peer: await this.client.resolvePeer(peer), id: ids, option, message,
      })
      if (answer._ === 'reportResultReported') return { asked }
      if (answer._ === 'reportResultChooseOption') {
        asked.push(answer.title)
        const title = wanted.shift()
        option = answer.options.find((one) => one.text === title).option
      } else {
        asked.push(answer.optional ? 'optional' : 'words')
        option = answer.option
        message = words
      }
    }
  },

  async report_spam({ peer }) {
    return this.client.call({ _: 'messages.reportSpam', peer: await this.client.resolvePeer(peer) })
  },

  async report_whole({ peer, words }) {
    return this.client.call({
      _: 'account.reportPeer',
      peer: await this.client.resolvePeer(peer),
      reason: { _: 'inputReportReasonOther' },
      message: words,
    })
  },
}
