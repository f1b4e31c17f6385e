import type { IncomingMessage } from 'node:http'
import type { Decision } from '../access/decision.ts'
import type { Principal } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { BucketRow, TagsRow } from '../metadata/tables/rows.ts'
import type { Route } from '../protocol/route.ts'
import { findBucket } from '../s3/shared/bucket/bucket-row.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { NotedAccess } from '../s3/shared/access-log/noted-access.ts'
import type { RequestFacts } from '../s3/shared/service/request-facts.ts'

const MOST_NAME_CHARACTERS = 255

/** What becomes known of a request on its way: for metrics and, where its bucket keeps one, for the access log. */
export class RequestTrail {
  readonly #request: IncomingMessage
  readonly #clock: Clock
  operation = 'unknown'
  /** What the request is for, as soon as that is known; nothing where it is for a website. */
  target: Route | undefined
  bucketName: string | undefined
  /** Of the access point that the request came through. */
  accessPointArn: string | undefined
  /** That of the address or, of a form, the one that stands in it. */
  key: string | undefined
  /** The bucket of the request, where it keeps a log. */
  logged: BucketRow | undefined
  /** The same, where its requests are counted. */
  measured: BucketRow | undefined
  /** Of the object that a request is about to delete, where its bucket's requests are counted. */
  tagsBefore: Promise<TagsRow | undefined> | undefined
  principal: Principal | undefined
  /** What whoever sent it says of it. */
  description: string | undefined
  /** Whose bucket it is about. */
  ownerAccountId: string | undefined
  /** Whose bucket an operation was refused at: that of the request, or the one that it copies from. */
  refusingAccountId: string | undefined
  signature: RequestFacts['signature']
  /** What let the request in. */
  decision: Decision | undefined
  notes: NotedAccess[] | undefined
  /** When the last byte of a body came; only where the bucket keeps a log. */
  receivedMilliseconds: number | undefined
  readonly #measuresBuckets: boolean
  #isFound = false

  /** `measuresBuckets`: whether requests to buckets that want it are counted at all. */
  constructor(request: IncomingMessage, clock: Clock, measuresBuckets: boolean) {
    this.#request = request
    this.#clock = clock
    this.#measuresBuckets = measuresBuckets
  }

  routed(target: Route): void {
    this.operation = target.operation
    this.target = target
    this.bucketName = target.bucket
    this.key = target.key
  }

  /** An access point led to it. */
  reached(bucketName: string, accessPointArn: string | undefined): void {
    this.bucketName = bucketName
    this.accessPointArn = accessPointArn
  }

  /** Somebody asks for a page of a website. */
  visited(bucketName: string | undefined, key: string): void {
    this.bucketName = bucketName
    this.key = key
  }

  /** The bucket that a parameter of the API under `/-/` names; longer names are of none. */
  named(bucketName: string | null): void {
    if (bucketName !== null && bucketName.length <= MOST_NAME_CHARACTERS) this.bucketName = bucketName
  }

  /** Who calls another service than S3. */
  called(principal: Principal): void {
    this.principal = principal
  }

  /** Who asks; and for which key, which a form tells only now. */
  asked(principal: Principal, signature: RequestFacts['signature'], key: string | undefined): void {
    this.principal = principal
    this.signature = signature
    this.key = key
  }

  found(bucket: BucketRow): void {
    this.#isFound = true
    this.ownerAccountId = bucket.ownerAccountId
    if (this.#measuresBuckets && bucket.documents?.metrics !== undefined) this.measured = bucket
    if (!bucket.logging) return
    this.logged = bucket
    if (this.#request.complete) return
    this.#request.once('end', () => {
      this.receivedMilliseconds = this.now()
    })
  }

  now(): number {
    return this.#clock.now().getTime()
  }

  note(access: NotedAccess): void {
    this.notes ??= []
    this.notes.push(access)
  }

  /** A request that was answered without its bucket being looked at is told of there all the same. */
  async lookUp(stores: Stores): Promise<void> {
    if (this.#isFound || this.bucketName === undefined) return
    try {
      const bucket = await findBucket(stores, this.bucketName)
      if (bucket) this.found(bucket)
    } catch {
      // What cannot be read now, the request was not told of either.
    }
  }
}
