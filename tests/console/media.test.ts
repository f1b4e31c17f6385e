import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { driveBrowser, expectAccessible, openPage, signInAt } from './browser.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.ts'

driveBrowser()

const MEBIBYTE = 1024 * 1024
const SOUND_BYTES = 32 * MEBIBYTE
const RATE = 8000

/** Silence: WAV of 8 bits a sample, more than an hour of it. */
function silence(sizeBytes: number): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(sizeBytes - 8, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(sizeBytes - 44, 40)
  return Buffer.concat([head, Buffer.alloc(sizeBytes - 44, 128)])
}

async function put({ s3 }: ConsoleSite, key: string, type: string, body: Buffer): Promise<void> {
  const headers = { 'content-type': type }
  expect((await rawRequest(s3, { method: 'PUT', path: `/media/${key}`, headers, body })).status).toBe(200)
}

/** Seeks and answers where it then is. A text: the types of browsers are not those of the tests. */
const seek = (seconds: number): string => `(async () => {
  const media = document.querySelector('.preview-media')
  media.currentTime = ${seconds}
  await new Promise((resolve) => media.addEventListener('seeked', resolve, { once: true }))
  return media.currentTime
})()`

const KNOWN = `document.querySelector('.preview-media')?.readyState >= 1`

it('sound is played by ranges from S3’s own address, and sought in, without being loaded whole', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'media')
  await put(site, 'long.wav', 'audio/wav', silence(SOUND_BYTES))
  await using opened = await openPage(context, site, '#/buckets/media?key=long.wav')
  const { page, complaints } = opened
  const received = await countReceived(page, site.s3.url)
  const ranges: string[] = []
  page.on('request', (request) => {
    if (request.url().startsWith(site.s3.url)) ranges.push(request.headers()['range'] ?? '')
  })
  await signInAt(page)
  await becomes(page, KNOWN)
  expect(await page.evaluate(seek(3600))).toBe(3600)
  await page.evaluate(`document.querySelector('.preview-media').play()`)
  await becomes(page, `document.querySelector('.preview-media').currentTime > 3600.2`)
  expect(await page.evaluate(`new URL(document.querySelector('.preview-media').currentSrc).origin`)).toBe(
    site.s3.url,
  )
  expect(ranges.some((range) => Number(/^bytes=(\d+)-/.exec(range)?.[1]) > SOUND_BYTES / 2)).toBe(true)
  expect(received()).toBeLessThan(SOUND_BYTES / 2)
  await expectAccessible(page)
  expect(complaints).toEqual([])
})

it('a film is played, and sound is loaded whole where S3 cannot be reached by its own address', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'media')
  await using opened = await openPage(context, site, '#/buckets/media')
  const { page } = opened
  await put(site, 'film.webm', 'video/webm', Buffer.from(await page.evaluate<string>(FILM), 'base64'))
  await put(site, 'short.wav', 'audio/wav', silence(MEBIBYTE))
  await signInAt(page)
  await page.getByRole('link', { name: 'film.webm' }).click()
  await becomes(page, KNOWN)
  expect(await page.evaluate(`document.querySelector('video').videoWidth`)).toBe(64)
  await page.getByRole('button', { name: 'Close' }).click()
  await page.route(`${site.s3.url}/**`, (route) => route.abort())
  await page.getByRole('link', { name: 'short.wav' }).click()
  await becomes(page, KNOWN)
  expect(await page.evaluate(`document.querySelector('audio').currentSrc`)).toMatch(/^blob:/)
})

it('a playlist that says it is a film is not played: it could lead anywhere', async (context) => {
  await using site = await startConsoleSite()
  await createBucket(site.s3, 'media')
  const elsewhere = 'http://127.0.0.2:9/'
  const list = `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${elsewhere}seen.ts\n#EXT-X-ENDLIST\n`
  for (const key of ['film.mp4', 'song.mp3'])
    await put(site, key, 'video/mp4', Buffer.from(`\ufeff\n${list}`))
  await using opened = await openPage(context, site, '#/buckets/media?key=film.mp4')
  const { page, complaints } = opened
  const asked: string[] = []
  page.on('request', (request) => void asked.push(request.url()))
  await signInAt(page)
  for (const key of ['film.mp4', 'song.mp3']) {
    await page.goto(`${site.url}#/buckets/media?key=${key}`)
    await page.getByText('This is a playlist').waitFor()
    expect(await page.locator('audio, video').count()).toBe(0)
    await page.getByRole('button', { name: 'Close' }).click()
  }
  expect(asked.filter((url) => url.startsWith(elsewhere) || url.startsWith(site.s3.url))).toEqual([])
  expect(complaints).toEqual([])
})

/** Waits until something is true of the page. */
async function becomes(page: Page, condition: string): Promise<void> {
  await expect.poll(() => page.evaluate(condition)).toBe(true)
}

/** Bytes that the page has of an address. */
async function countReceived(page: Page, origin: string): Promise<() => number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const ours = new Set<string>()
  let bytes = 0
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (request.url.startsWith(origin)) ours.add(requestId)
  })
  session.on('Network.dataReceived', ({ requestId, dataLength }) => {
    if (ours.has(requestId)) bytes += dataLength
  })
  return () => bytes
}

/** Half a second of a square that moves, as WebM, in Base64. */
const FILM = `(async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })
  const paper = canvas.getContext('2d')
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' })
  const chunks = []
  recorder.ondataavailable = ({ data }) => chunks.push(data)
  const stopped = new Promise((resolve) => (recorder.onstop = resolve))
  recorder.start()
  for (let x = 0; x < 12; x += 1) {
    paper.fillStyle = x % 2 ? '#fff' : '#000'
    paper.fillRect(x, 0, 40, 40)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
  recorder.stop()
  await stopped
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer())
  return btoa(String.fromCharCode(...bytes))
})()`
