import { hash } from 'node:crypto'
import type { Disk } from '../base/disk.ts'
import type { RequestHead } from '../base/request-head.ts'
import { errorCode } from '../base/storage-fault.ts'
import { readWholeBytes } from '../base/whole-file.ts'
import type { EncodedResponse } from '../protocol/encode.ts'

export const CONSOLE_PATH = '/-/console/'

/** Names that a build makes: nothing in them leads out of the folder. */
const FILE = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
}

/** Where a build has a second file of fewer bytes beside a file, best first. */
const CODINGS = [
  { name: 'br', end: '.br' },
  { name: 'gzip', end: '.gz' },
] as const

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Holdfast</title>
<h1>The console is not built</h1>
<p>In the folder of the source, run <code>npm run build --workspace packages/console</code>, then load this page again.
The server need not be started again.</p></html>
`

interface File {
  readonly bytes: Uint8Array
  readonly etag: string
}

/** The files of the console, as its build left them. */
export class ConsoleFiles {
  readonly #disk: Disk
  readonly #folder: string
  /** Files whose names tell their content, by their paths. */
  readonly #kept = new Map<string, File>()

  constructor(disk: Disk, folder: string) {
    this.#disk = disk
    this.#folder = folder
  }

  /** The answer to a GET or HEAD below {@link CONSOLE_PATH}. */
  async answer({ path, headers }: RequestHead): Promise<EncodedResponse> {
    const name = path.slice(CONSOLE_PATH.length) || INDEX
    if (!FILE.test(name)) return notFound()
    const found = await this.#find(name, headers['accept-encoding'] ?? '')
    if (found) return answerFile(name, found, headers['if-none-match'])
    // A view of the page's own has no dot in its last part.
    if (/\.[^/]*$/.test(name) && name !== INDEX) return notFound()
    const index = await this.#find(INDEX, headers['accept-encoding'] ?? '')
    return index ? answerFile(INDEX, index, headers['if-none-match']) : notBuilt()
  }

  async #find(name: string, accepted: string): Promise<Found | undefined> {
    for (const coding of CODINGS.filter((one) => accepts(accepted, one.name))) {
      const file = await this.#read(`${name}${coding.end}`)
      if (file) return { file, coding: coding.name }
    }
    const file = await this.#read(name)
    return file && { file, coding: undefined }
  }

  async #read(name: string): Promise<File | undefined> {
    const kept = this.#kept.get(name)
    if (kept) return kept
    const bytes = await readWholeBytes(this.#disk, `${this.#folder}/${name}`).catch((error: unknown) => {
      if (ABSENT.has(errorCode(error) ?? '')) return undefined
      throw error
    })
    if (!bytes) return undefined
    const file = { bytes, etag: `"${hash('sha256', bytes, 'hex').slice(0, 32)}"` }
    if (isImmutable(name)) this.#kept.set(name, file)
    return file
  }
}

const INDEX = 'index.html'
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'])

interface Found {
  readonly file: File
  readonly coding: string | undefined
}

function isImmutable(name: string): boolean {
  return name.startsWith('assets/')
}

function accepts(accepted: string, coding: string): boolean {
  return accepted
    .split(',')
    .some((one) => one.split(';')[0]?.trim() === coding && !/;\s*q=0(\.0*)?\s*$/.test(one))
}

function answerFile(name: string, { file, coding }: Found, known: string | undefined): EncodedResponse {
  const headers: Record<string, string> = {
    ETag: file.etag,
    'Cache-Control': isImmutable(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  }
  if (known?.split(',').some((one) => one.trim().replace(/^W\//, '') === file.etag)) {
    return { status: 304, headers }
  }
  headers['Content-Type'] = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  if (coding !== undefined) headers['Content-Encoding'] = coding
  headers['Content-Length'] = String(file.bytes.length)
  return { status: 200, headers, body: file.bytes }
}

function notFound(): EncodedResponse {
  return { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'not found\n' }
}

function notBuilt(): EncodedResponse {
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }
  return { status: 503, headers, body: NOT_BUILT }
}
