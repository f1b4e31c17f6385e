import { createHash } from 'node:crypto'
import { xmlTexts } from '../support/raw-request.ts'
import { objectPath } from '../support/signature-v4.ts'
import type { Answer, Request } from './request.ts'
import {
  ABSENT,
  UNHEARD,
  type Attempt,
  isContentOf,
  type KeyLedger,
  type KnownUpload,
  type Ledger,
  partOf,
  wholeOf,
} from './ledger.ts'
import type { Described, InParts, Place, Step } from './plan.ts'
import type { World } from './world.ts'

/** How a request reaches whatever process serves now; `undefined`: the connection was lost. */
export type Send = (request: Request) => Promise<Answer | undefined>

/** Resolves when a process serves, so that what is sent then may reach it. */
export type Ready = () => Promise<void>

type Outcome = 'acknowledged' | 'refused' | 'unknown'

/** Takes steps one after the other, and enters into the ledger what came of them. */
export class SimulatedClient {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #send: Send
  readonly #ready: Ready
  /** Told of answers that contradict the ledger. */
  readonly #fail: (problem: string) => void

  constructor(
    world: World,
    ledger: Ledger,
    { send, ready }: { readonly send: Send; readonly ready: Ready },
    fail: (problem: string) => void,
  ) {
    this.#world = world
    this.#ledger = ledger
    this.#send = send
    this.#ready = ready
    this.#fail = fail
  }

  get #now(): number {
    return this.#world.eventCount
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'put':
        return this.#put(step.at, step.what, step.what.sizeBytes)
      case 'upload':
        return this.#upload(step)
      case 'copy':
        return this.#copy(step.from, step.at, step.what)
      case 'delete':
        return this.#delete(step.at)
      case 'deleteMany':
        return this.#deleteMany(step.bucket, step.keys)
      case 'deleteVersion':
        return this.#deleteVersion(step.at, step.nth)
      case 'tag':
        return this.#tag(step.at, step.tags)
      case 'get':
        return this.#get(step.at)
      case 'list':
        await this.#send({ path: `/${step.bucket}`, query: 'list-type=2&max-keys=2' })
        return
      case 'versioning':
        return this.#configure(step.bucket, 'versioning', versioningDocument(step.status))
      case 'lifecycle':
        this.#ledger.expiring.add(step.bucket)
        return this.#configure(step.bucket, 'lifecycle', LIFECYCLE)
    }
  }

  async #put(at: Place, what: Described, sizeBytes: number): Promise<void> {
    const body = wholeOf(what.seed, [sizeBytes])
    await this.#store(at, what, [sizeBytes], { method: 'PUT', path: pathOf(at), body })
  }

  async #copy(from: Place, at: Place, what: Described): Promise<void> {
    const source = this.#ledger.of(from)
    const headers = {
      'x-amz-copy-source': pathOf(from),
      'x-amz-metadata-directive': 'REPLACE',
      'x-amz-tagging-directive': 'REPLACE',
    }
    await this.#store(at, what, source, { method: 'PUT', path: pathOf(at), headers })
  }

  async #store(at: Place, what: Described, partSizes: Attempt['partSizes'], request: Request): Promise<void> {
    const key = this.#ledger.of(at)
    const attempt = this.#ledger.attempt(at, what, partSizes)
    await this.#ready()
    const write = key.begin(what.seed, what.tags, this.#now)
    const answer = await this.#send({ ...request, headers: { ...request.headers, ...headersOf(what) } })
    attempt.outcome = outcomeOf(answer)
    if (answer && attempt.outcome === 'acknowledged') {
      attempt.etag = answer.headers.etag ?? xmlTexts(answer.text, 'ETag')[0]
      attempt.isUnheard = versionIdOf(answer) === UNHEARD
      key.acknowledge(write, versionIdOf(answer), this.#now)
    } else if (attempt.outcome === 'refused') key.refuse(write)
  }

  async #upload({ at, what, end }: Extract<Step, { kind: 'upload' }>): Promise<void> {
    const key = this.#ledger.of(at)
    await this.#ready()
    const since = this.#now
    const begun = await this.#send({
      method: 'POST',
      path: pathOf(at),
      query: 'uploads=',
      headers: headersOf(what),
    })
    const uploadId = xmlTexts(begun?.text ?? '', 'UploadId')[0]
    if (outcomeOf(begun) === 'unknown') key.unheardUploads++
    if (uploadId === undefined) return
    const upload: KnownUpload = { uploadId, parts: new Map(), state: 'open' }
    key.uploads.push(upload)
    if (!(await this.#uploadParts(key, upload, what)) || end === 'leave') return
    if (end === 'abort') await this.#abort(at, upload)
    else await this.#complete(key, upload, what, since)
  }

  async #uploadParts(key: KeyLedger, upload: KnownUpload, what: InParts): Promise<boolean> {
    for (const [index, sizeBytes] of what.partSizes.entries()) {
      const answer = await this.#send({
        method: 'PUT',
        path: pathOf(key.place),
        query: `partNumber=${index + 1}&uploadId=${upload.uploadId}`,
        body: partOf(what.seed, index, sizeBytes),
      })
      if (answer?.status !== 200) return false
      upload.parts.set(index + 1, answer.headers.etag ?? '')
    }
    return true
  }

  /** `since`: when the upload was begun, which is when its version is of where there are versions: what came since may stand before it. */
  async #complete(key: KeyLedger, upload: KnownUpload, what: InParts, since: number): Promise<void> {
    const attempt = this.#ledger.attempt(key.place, what, what.partSizes)
    await this.#ready()
    const isVersioned = key.place.bucket !== 'plain'
    const write = key.begin(what.seed, what.tags, this.#now, isVersioned ? since : this.#now)
    upload.state = 'maybe'
    const answer = await this.#send({
      method: 'POST',
      path: pathOf(key.place),
      query: `uploadId=${upload.uploadId}`,
      body: completionDocument(upload.parts),
    })
    attempt.outcome = outcomeOf(answer)
    if (answer && attempt.outcome === 'acknowledged') {
      upload.state = 'ended'
      attempt.etag = xmlTexts(answer.text, 'ETag')[0]
      attempt.isUnheard = versionIdOf(answer) === UNHEARD
      key.acknowledge(write, versionIdOf(answer), this.#now)
    } else if (attempt.outcome === 'refused') {
      upload.state = 'open'
      key.refuse(write)
    }
  }

  async #abort({ bucket, key }: Place, upload: KnownUpload): Promise<void> {
    upload.state = 'maybe'
    const query = `uploadId=${upload.uploadId}`
    const answer = await this.#send({ method: 'DELETE', path: pathOf({ bucket, key }), query })
    if (outcomeOf(answer) === 'acknowledged') upload.state = 'ended'
  }

  async #delete(at: Place): Promise<void> {
    const key = this.#ledger.of(at)
    await this.#ready()
    const write = key.begin(ABSENT, '', this.#now)
    const answer = await this.#send({ method: 'DELETE', path: pathOf(at) })
    const outcome = outcomeOf(answer)
    if (answer && outcome === 'acknowledged') key.acknowledge(write, versionIdOf(answer), this.#now)
    else if (outcome === 'refused') key.refuse(write)
  }

  async #deleteMany(bucket: string, keys: readonly string[]): Promise<void> {
    const names = [...new Set(keys)]
    await this.#ready()
    const begun = names.map((name) => {
      const key = this.#ledger.of({ bucket, key: name })
      return { name, key, write: key.begin(ABSENT, '', this.#now) }
    })
    const objects = names.map((name) => `<Object><Key>${name}</Key></Object>`).join('')
    const body = `<Delete>${objects}</Delete>`
    const answer = await this.#send(
      withChecksum({ method: 'POST', path: `/${bucket}`, query: 'delete=', body }),
    )
    for (const { name, key, write } of begun) {
      const deleted = deletedOf(answer, name)
      if (deleted) key.acknowledge(write, deleted.markerId, this.#now)
      else if (outcomeOf(answer) === 'refused') key.refuse(write)
    }
  }

  async #deleteVersion(at: Place, nth: number): Promise<void> {
    const key = this.#ledger.of(at)
    const known = [...key.versions].filter(([, { state }]) => state === 'there')
    const [versionId, version] = known[nth % Math.max(1, known.length)] ?? []
    if (versionId === undefined || version === undefined) return
    version.state = 'maybe'
    key.isUnclear = true
    const query = `versionId=${encodeURIComponent(versionId)}`
    const outcome = outcomeOf(await this.#send({ method: 'DELETE', path: pathOf(at), query }))
    if (outcome === 'acknowledged') version.state = 'deleted'
    if (outcome === 'refused') version.state = 'there'
  }

  async #tag(at: Place, tags: string): Promise<void> {
    const register = this.#ledger.of(at).tags
    const [name = '', value = ''] = tags.split('=')
    const body = `<Tagging><TagSet><Tag><Key>${name}</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
    await this.#ready()
    const write = register.begin(tags, this.#now)
    const answer = await this.#send(
      withChecksum({ method: 'PUT', path: pathOf(at), query: 'tagging=', body }),
    )
    const outcome = outcomeOf(answer)
    if (outcome === 'acknowledged') register.acknowledge(write, this.#now)
    if (outcome === 'refused') register.refuse(write)
  }

  /** What is read is something that may have been there meanwhile. */
  async #get(at: Place): Promise<void> {
    const key = this.#ledger.of(at)
    const before = key.current.candidates()
    const earlier = key.current.everything()
    const answer = await this.#send({ path: pathOf(at) })
    const meanwhile = key.current.everything().difference(earlier)
    const name = `${at.bucket}/${at.key}`
    const seed = seedOf(answer)
    if (answer?.status === 404 && !key.isUnclear && !before.has(ABSENT) && !meanwhile.has(ABSENT)) {
      this.#fail(`GET ${name} answers 404, and it was there all the while`)
    }
    if (answer?.status !== 200) return
    const attempt = this.#ledger.find(seed)
    if (!attempt || attempt.outcome === 'refused' || !isContentOf(attempt, answer.body)) {
      this.#fail(`GET ${name} gives bytes that are not those of ${seed}`)
    }
    if (!key.isUnclear && !before.has(seed ?? '') && !meanwhile.has(seed ?? '')) {
      this.#fail(`GET ${name} gives ${seed}, which was replaced before`)
    }
  }

  async #configure(bucket: string, name: string, body: string): Promise<void> {
    await this.#send(withChecksum({ method: 'PUT', path: `/${bucket}`, query: `${name}=`, body }))
  }
}

/** Of a write. A 5xx may have come too late to undo it; a 4xx says that nothing was done. */
function outcomeOf(answer: Answer | undefined): Outcome {
  if (!answer || answer.status >= 500 || (answer.status < 300 && answer.errorCode !== undefined))
    return 'unknown'
  return answer.status < 300 ? 'acknowledged' : 'refused'
}

function headersOf(what: Described): Record<string, string> {
  return {
    'x-amz-meta-seed': what.seed,
    ...(what.tags !== '' && { 'x-amz-tagging': what.tags }),
    ...(what.isPublic && { 'x-amz-acl': 'public-read' }),
    ...(what.isCold && { 'x-amz-storage-class': 'COLD' }),
  }
}

export function pathOf({ bucket, key }: Place): string {
  return objectPath(bucket, key)
}

export function seedOf(answer: Answer | undefined): string | undefined {
  const seed = answer?.headers['x-amz-meta-seed']
  return typeof seed === 'string' ? seed : undefined
}

function versionIdOf({ headers }: Answer): string | undefined {
  const id = headers['x-amz-version-id']
  if (typeof id === 'string') return id
  // An answer that began before its result cannot tell.
  return headers['content-length'] === undefined && headers['transfer-encoding'] !== undefined
    ? UNHEARD
    : undefined
}

function deletedOf(answer: Answer | undefined, key: string): { markerId: string | undefined } | undefined {
  const entries = answer?.status === 200 ? answer.text.split('<Deleted>').slice(1) : []
  const entry = entries.find((text) => xmlTexts(text, 'Key')[0] === key)
  return entry === undefined ? undefined : { markerId: xmlTexts(entry, 'DeleteMarkerVersionId')[0] }
}

function completionDocument(parts: ReadonlyMap<number, string>): string {
  const listed = [...parts].map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`
}

/** Documents that set or delete need a checksum. */
export function withChecksum(request: Request & { readonly body: string }): Request {
  const headers = { 'content-md5': createHash('md5').update(request.body).digest('base64') }
  return { ...request, headers }
}

export function versioningDocument(status: 'Enabled' | 'Suspended'): string {
  return `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
}

const LIFECYCLE =
  '<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>old/</Prefix></Filter><Status>Enabled</Status>' +
  '<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>'
