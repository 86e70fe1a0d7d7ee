import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'

/** A hostile page that tries every way browsers offer to reach the network, with a local listener that must receive nothing. */

let lab: Lab
let tcp: Server
let heard: string[] = []
const udp = createSocket('udp4')
const ports = { tcp: 0, udp: 0 }

beforeAll(async () => {
  tcp = createServer((socket) => {
    heard.push('a connection')
    socket.on('data', bytes => heard.push(bytes.toString('latin1').slice(0, 80))).on('error', () => undefined).end()
  }).listen(0, '127.0.0.1')
  udp.on('message', bytes => heard.push(`a datagram of ${bytes.length} bytes`)).bind(0, '127.0.0.1')
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')])
  ports.tcp = (tcp.address() as AddressInfo).port
  ports.udp = udp.address().port
  lab = await launchLab()
})
afterAll(async () => {
  await lab?.close()
  tcp.close()
  udp.close()
})

type Way = (place: { tcp: number, udp: number }) => unknown

// Each runs in the page; exceptions there do not matter.
const ways: Readonly<Record<string, Way>> = {
  'fetch': ({ tcp }) => fetch(`http://127.0.0.1:${tcp}/`, { mode: 'no-cors' }),
  'XMLHttpRequest': ({ tcp }) => { const request = new XMLHttpRequest(); request.open('GET', `http://127.0.0.1:${tcp}/`); request.send() },
  'a beacon': ({ tcp }) => navigator.sendBeacon(`http://127.0.0.1:${tcp}/`, 'secret'),
  'a WebSocket': ({ tcp }) => new WebSocket(`ws://127.0.0.1:${tcp}/`),
  'server-sent events': ({ tcp }) => new EventSource(`http://127.0.0.1:${tcp}/`),
  'WebTransport': ({ udp }) => (new WebTransport(`https://127.0.0.1:${udp}/`)).ready.catch(() => undefined),
  'a picture': ({ tcp }) => { new Image().src = `http://127.0.0.1:${tcp}/a.png` },
  'a module': ({ tcp }) => import(`http://127.0.0.1:${tcp}/a.js`).catch(() => undefined),
  'a worker': ({ tcp }) => new Worker(`http://127.0.0.1:${tcp}/a.js`),
  'a service worker': ({ tcp }) => navigator.serviceWorker.register(`http://127.0.0.1:${tcp}/a.js`).catch(() => undefined),
  'elements with an address': ({ tcp }) => {
    for (const name of ['script', 'img', 'iframe', 'embed', 'audio', 'video', 'track', 'source', 'input', 'frame']) {
      const element = document.createElement(name)
      if (name === 'input') element.setAttribute('type', 'image')
      element.setAttribute('src', `http://127.0.0.1:${tcp}/${name}`)
      document.body.append(element)
    }
    const object = document.createElement('object')
    object.data = `http://127.0.0.1:${tcp}/object`
    document.body.append(object)
  },
  'links in the head': ({ tcp }) => {
    for (const rel of ['stylesheet', 'icon', 'manifest', 'prefetch', 'prerender', 'preload', 'modulepreload', 'preconnect', 'dns-prefetch']) {
      const link = document.createElement('link')
      link.rel = rel
      link.setAttribute('as', 'image')
      link.href = `http://127.0.0.1:${tcp}/${rel}`
      document.head.append(link)
    }
  },
  'a style with an address': ({ tcp }) => {
    document.body.style.backgroundImage = `url(http://127.0.0.1:${tcp}/a.png)`
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`body::before { content: url(http://127.0.0.1:${tcp}/b.png) } @font-face { font-family: a; src: url(http://127.0.0.1:${tcp}/a.woff2) } main { font-family: a }`)
    document.adoptedStyleSheets = [sheet]
  },
  'speculation rules': ({ tcp }) => {
    const script = document.createElement('script')
    script.type = 'speculationrules'
    script.textContent = JSON.stringify({ prefetch: [{ source: 'list', urls: [`http://127.0.0.1:${tcp}/`] }] })
    document.head.append(script)
  },
  'a link with a ping': ({ tcp }) => {
    const link = document.createElement('a')
    link.href = '#here'
    link.ping = `http://127.0.0.1:${tcp}/`
    document.body.append(link)
    link.click()
  },
  'a form': ({ tcp }) => {
    const form = document.createElement('form')
    form.action = `http://127.0.0.1:${tcp}/`
    form.method = 'post'
    document.body.append(form)
    form.submit()
  },
  'another address': ({ tcp }) => { location.href = `http://127.0.0.1:${tcp}/` },
  'another window': ({ tcp }) => window.open(`http://127.0.0.1:${tcp}/`),
  'a call to a peer': async ({ udp, tcp }) => {
    const peer = new RTCPeerConnection({ iceServers: [
      { urls: `stun:127.0.0.1:${udp}` },
      { urls: [`turn:127.0.0.1:${udp}`, `turn:127.0.0.1:${tcp}?transport=tcp`], username: 'a', credential: 'b' },
    ] })
    peer.createDataChannel('out')
    await peer.setLocalDescription(await peer.createOffer())
  },
}

/** A way that starts slowly is noticed in the end. */
const patienceMs = 1_500

test('the listener notices a real connection', async () => {
  const socket = connect(ports.tcp, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
  const datagram = createSocket('udp4')
  await new Promise((done) => { datagram.send('here', ports.udp, '127.0.0.1', done) })
  datagram.close()
  await expect.poll(() => heard.toSorted()).toEqual(['a connection', 'a datagram of 4 bytes'])
  heard = []
})

test.each(Object.entries(ways))('%s reaches nothing', async (_, way) => {
  const tried = `(async () => { try { await (${way.toString()})(${JSON.stringify(ports)}) } catch { /* refused at once */ } })()`
  await lab.window.evaluate(`Promise.race([${tried}, new Promise(done => setTimeout(done, 300))])`)
  expect(heard).toEqual([])
  expect(lab.window.url()).toMatch(/^app:\/\/lab\/index\.html/)
  expect(lab.app.windows()).toHaveLength(1)
})

test('nor some time later', async () => {
  await lab.window.waitForTimeout(patienceMs)
  expect(heard).toEqual([])
})
