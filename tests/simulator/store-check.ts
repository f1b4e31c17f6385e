import { xmlTexts } from '../support/raw-request.ts'
import { ABSENT, type Attempt, isContentOf, type KeyLedger, type Ledger } from './ledger.ts'
import { BUCKETS } from './plan.ts'
import type { Answer } from './request.ts'
import { pathOf, seedOf, type Send } from './simulated-client.ts'

/** A version as a listing tells of it. */
interface Listed {
  readonly key: string
  readonly versionId: string
  readonly isLatest: boolean
  readonly isMarker: boolean
}

/** An object version whose bytes the server said it cannot give. */
export interface ToldLoss {
  readonly bucket: string
  readonly key: string
  readonly versionId: string
}

export interface CheckOptions {
  readonly ledger: Ledger
  readonly send: Send
  /** Where something was damaged, bytes may be lost, as long as that is told. */
  readonly mayLose: boolean
}

export interface CheckResult {
  readonly problems: readonly string[]
  readonly losses: readonly ToldLoss[]
}

/**
 * Holds the whole store against what was promised, while nothing else goes on: listings, every version, tags and access,
 * open uploads. What is found then counts as promised from there on.
 */
export async function checkStore(options: CheckOptions): Promise<CheckResult> {
  const check = new StoreCheck(options)
  for (const bucket of BUCKETS) await check.checkBucket(bucket)
  return { problems: check.problems, losses: check.losses }
}

class StoreCheck {
  readonly problems: string[] = []
  readonly losses: ToldLoss[] = []
  readonly #ledger: Ledger
  readonly #send: Send
  readonly #mayLose: boolean

  constructor({ ledger, send, mayLose }: CheckOptions) {
    this.#ledger = ledger
    this.#send = send
    this.#mayLose = mayLose
  }

  async checkBucket(bucket: string): Promise<void> {
    const versions = await this.#listVersions(bucket)
    const listing = await this.#get({ path: `/${bucket}`, query: 'list-type=2' })
    const newest = versions.filter(({ isLatest, isMarker }) => isLatest && !isMarker).map(({ key }) => key)
    const listed = xmlTexts(listing.text, 'Key')
    this.#expect(
      newest.join() === listed.join(),
      `${bucket}: listed are ${listed.join()}, the newest versions are of ${newest.join()}`,
    )
    const known = this.#ledger.keys().filter(({ place }) => place.bucket === bucket)
    for (const key of known)
      await this.#checkKey(
        key,
        versions.filter((version) => version.key === key.place.key),
      )
    const strangers = versions.filter(({ key }) => !known.some(({ place }) => place.key === key))
    this.#expect(strangers.length === 0, `${bucket}: versions of keys that nobody wrote`)
    await this.#checkUploads(bucket, known)
  }

  async #checkKey(key: KeyLedger, versions: readonly Listed[]): Promise<void> {
    const name = `${key.place.bucket}/${key.place.key}`
    const latest = versions.filter(({ isLatest }) => isLatest)
    this.#expect(
      latest.length === Math.min(1, versions.length),
      `${name}: ${latest.length} of ${versions.length} versions are the latest`,
    )
    const seeds = new Map<string, string>()
    for (const version of versions) seeds.set(version.versionId, await this.#checkVersion(key, version))
    const current = latest[0] ? (seeds.get(latest[0].versionId) ?? '') : ABSENT
    this.#expectPromised(name, 'is', key.current.candidates(), current, key.isUnclear)
    const nullSeed = seeds.get('null') ?? ABSENT
    this.#expectPromised(`${name}?versionId=null`, 'is', key.nullVersion.candidates(), nullSeed, false)
    for (const [id, { state, seed }] of key.versions) {
      const isListed = seeds.has(id)
      this.#expect(state !== 'there' || isListed, `${name}: version ${id} (${seed}) is not listed`)
      this.#expect(
        state !== 'deleted' || !isListed,
        `${name}: version ${id} (${seed}) was deleted and is listed`,
      )
    }
    const tags = await this.#checkCurrent(key, name, current)
    this.#settle(key, current, nullSeed, seeds, tags)
  }

  /** Reads a version whole; returns its seed. */
  async #checkVersion(key: KeyLedger, { versionId, isMarker }: Listed): Promise<string> {
    const promised = key.versions.get(versionId)
    const name = `${key.place.bucket}/${key.place.key}?versionId=${versionId}`
    if (isMarker) {
      const isKept = promised === undefined || promised.seed === ABSENT
      this.#expect(isKept, `${name}: a marker in place of ${promised?.seed}`)
      return ABSENT
    }
    const query = `versionId=${encodeURIComponent(versionId)}`
    const answer = await this.#send({ path: pathOf(key.place), query })
    if (this.#mayLose && (!answer || answer.status >= 500)) {
      this.losses.push({ ...key.place, versionId })
      const head = await this.#send({ method: 'HEAD', path: pathOf(key.place), query })
      return seedOf(head) ?? 'lost'
    }
    this.#expect(answer?.status === 200, `${name}: GET answers ${answer?.status ?? 'nothing'}`)
    const seed = seedOf(answer)
    const attempt = this.#ledger.find(seed)
    if (!answer || !attempt || attempt.at.key !== key.place.key || attempt.at.bucket !== key.place.bucket) {
      this.#expect(false, `${name}: seed ${seed}, which nobody stored there`)
      return 'unknown'
    }
    this.#checkContent(name, attempt, answer)
    if (promised) this.#expect(promised.seed === seed, `${name}: ${seed} in place of ${promised.seed}`)
    else if (versionId !== 'null') {
      const mayBeNew = attempt.outcome === 'unknown' || attempt.isUnheard
      this.#expect(mayBeNew, `${name}: ${seed} was ${attempt.outcome} under no such id`)
    }
    return attempt.seed
  }

  #checkContent(name: string, attempt: Attempt, answer: Answer): void {
    const { etag, outcome, seed, isCold } = attempt
    this.#expect(isContentOf(attempt, answer.body), `${name}: not the bytes of ${seed}`)
    this.#expect(outcome !== 'refused', `${name}: ${seed} was refused`)
    this.#expect(etag === undefined || etag === answer.headers.etag, `${name}: ETag of ${seed} is another`)
    const storageClass = answer.headers['x-amz-storage-class'] ?? 'STANDARD'
    this.#expect(
      storageClass === (isCold ? 'COLD' : 'STANDARD'),
      `${name}: ${seed} in class ${String(storageClass)}`,
    )
  }

  /** The newest version is what GET gives, with its tags and its ACL. Returns the tags. */
  async #checkCurrent(key: KeyLedger, name: string, current: string): Promise<string> {
    const path = pathOf(key.place)
    const head = await this.#send({ method: 'HEAD', path })
    this.#expect(
      head?.status === (current === ABSENT ? 404 : 200),
      `${name}: HEAD answers ${head?.status}, listed is ${current}`,
    )
    if (current === ABSENT || head?.status !== 200) return ''
    this.#expect(
      current === 'lost' || seedOf(head) === current,
      `${name}: HEAD tells of ${seedOf(head)}, not ${current}`,
    )
    const stranger = await this.#send({ method: 'HEAD', path, anonymous: true })
    const isPublic = this.#ledger.find(current)?.isPublic === true
    this.#expect(
      stranger?.status === (isPublic ? 200 : 403),
      `${name}: anonymous HEAD answers ${stranger?.status}`,
    )
    const { text } = await this.#get({ path, query: 'tagging=' })
    const [tagName = ''] = xmlTexts(text, 'Key')
    const tags = tagName === '' ? '' : `${tagName}=${xmlTexts(text, 'Value')[0]}`
    this.#expectPromised(name, 'is tagged', key.tags.candidates(), tags, key.isUnclear)
    return tags
  }

  async #checkUploads(bucket: string, known: readonly KeyLedger[]): Promise<void> {
    const { text } = await this.#get({ path: `/${bucket}`, query: 'uploads=' })
    const open = new Set(xmlTexts(text, 'UploadId'))
    for (const key of known) {
      for (const upload of key.uploads) {
        const name = `${bucket}/${key.place.key}: upload ${upload.uploadId}`
        const isOpen = open.delete(upload.uploadId)
        this.#expect(upload.state !== 'open' || isOpen, `${name} is gone`)
        this.#expect(upload.state !== 'ended' || !isOpen, `${name} has ended and is still there`)
        if (isOpen) await this.#checkParts(key, upload.uploadId, upload.parts)
        upload.state = isOpen ? 'open' : 'ended'
      }
    }
    const unheard = known.reduce((sum, { unheardUploads }) => sum + unheardUploads, 0)
    this.#expect(open.size <= unheard, `${bucket}: ${open.size} uploads that nobody began`)
  }

  async #checkParts(key: KeyLedger, uploadId: string, parts: ReadonlyMap<number, string>): Promise<void> {
    const { text } = await this.#get({ path: pathOf(key.place), query: `uploadId=${uploadId}` })
    const etags = xmlTexts(text, 'ETag')
    const numbers = xmlTexts(text, 'PartNumber').map(Number)
    for (const [number, etag] of parts) {
      const found = etags[numbers.indexOf(number)]
      this.#expect(found === etag, `${key.place.bucket}/${key.place.key}: part ${number} has ETag ${found}`)
    }
  }

  async #listVersions(bucket: string): Promise<Listed[]> {
    const found: Listed[] = []
    for (let from = '', isTruncated = true; isTruncated;) {
      const { text } = await this.#get({ path: `/${bucket}`, query: `versions=&max-keys=7${from}` })
      for (const [, element = '', entry = ''] of text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)) {
        const [key = ''] = xmlTexts(entry, 'Key')
        const [versionId = ''] = xmlTexts(entry, 'VersionId')
        const isLatest = xmlTexts(entry, 'IsLatest')[0] === 'true'
        found.push({ key, versionId, isLatest, isMarker: element === 'DeleteMarker' })
      }
      isTruncated = xmlTexts(text, 'IsTruncated')[0] === 'true'
      const [key = '', versionId = ''] = [
        ...xmlTexts(text, 'NextKeyMarker'),
        ...xmlTexts(text, 'NextVersionIdMarker'),
      ]
      from = `&key-marker=${encodeURIComponent(key)}&version-id-marker=${encodeURIComponent(versionId)}`
    }
    return found
  }

  /** A request that has to be answered as asked. */
  async #get(request: Parameters<Send>[0]): Promise<{ readonly text: string }> {
    const answer = await this.#send(request)
    this.#expect(answer?.status === 200, `GET ${request.path}?${request.query} answers ${answer?.status}`)
    return answer ?? { text: '' }
  }

  #settle(
    key: KeyLedger,
    current: string,
    nullSeed: string,
    seeds: ReadonlyMap<string, string>,
    tags: string,
  ): void {
    key.current.settle(current)
    key.nullVersion.settle(nullSeed)
    key.tags.settle(tags)
    key.versions.clear()
    for (const [id, seed] of seeds) if (id !== 'null') key.versions.set(id, { seed, state: 'there' })
    key.isUnclear = false
  }

  #expectPromised(
    name: string,
    verb: string,
    candidates: ReadonlySet<string>,
    found: string,
    isUnclear: boolean,
  ): void {
    const isPromised = isUnclear || candidates.has(found) || (this.#mayLose && found === 'lost')
    this.#expect(isPromised, `${name} ${verb} "${found}", promised was "${[...candidates].join('" or "')}"`)
  }

  #expect(holds: boolean, problem: string): void {
    if (!holds) this.problems.push(problem)
  }
}
