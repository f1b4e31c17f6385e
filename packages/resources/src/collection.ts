import {
  DeleteObjectsCommand,
  type DeleteObjectsCommandInput,
  type DeleteObjectsCommandOutput,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3'
import { isPlain, ParameterError } from './check-parameters.ts'
import { type RequestOptions, send, withBound } from './request.ts'

/** The answer to one listing request. */
export interface Page<Item, Input> {
  readonly items: Item[]
  /** What to ask the next page with; `undefined` after the last. */
  readonly next: Partial<Input> | undefined
}

/** One request of a listing operation. */
export type FetchPage<Item, Input> = (
  input: Partial<Input>,
  pageSize: number | undefined,
) => Promise<Page<Item, Input>>

interface Query<Input> {
  readonly filter?: Partial<Input>
  readonly limit?: number
  readonly pageSize?: number
}

/**
 * The items of a listing, asked for page by page as they are read: making one costs nothing, and leaving a loop early
 * asks for no more. Every method returns a new collection.
 */
export class Collection<Item, Input extends object> implements AsyncIterable<Item> {
  protected readonly source: FetchPage<Item, Input>
  readonly #query: Query<Input>

  constructor(source: FetchPage<Item, Input>, query: Query<Input> = {}) {
    this.source = source
    this.#query = query
  }

  /** Everything: a copy of this collection. */
  all(): this {
    return this.#with({})
  }

  /**
   * Only what these parameters of the listing operation select; joins earlier filters. Throws {@link ParameterError}
   * where one is `undefined`: what was meant to select would select everything.
   */
  filter(input: Partial<Input>): this {
    requireFilter(input)
    return this.#with({ filter: { ...this.#query.filter, ...input } })
  }

  /** At most so many items. Throws {@link ParameterError} where that is no number. */
  limit(count: number): this {
    requireCount('limit', count, 0)
    return this.#with({ limit: count })
  }

  /** At most so many items a request; the service has its own maximum, mostly 1,000. */
  pageSize(count: number): this {
    requireCount('pageSize', count, 1)
    return this.#with({ pageSize: count })
  }

  /** The items as they come, one array a request. Rejects with the service's error, e.g. `NoSuchBucket`. */
  async *pages(): AsyncGenerator<Item[], void, undefined> {
    const { filter = {}, limit = Infinity, pageSize } = this.#query
    let next: Partial<Input> | undefined = {}
    for (let left = limit; next && left > 0;) {
      const page: Page<Item, Input> = await this.source({ ...filter, ...next }, pageSize)
      yield page.items.slice(0, left)
      left -= page.items.length
      if (left > 0 && page.next && isSame(page.next, next))
        throw new Error(`The service gave the same page again: ${JSON.stringify(next)}`)
      next = page.next
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* page
  }

  /** A collection of the same class with another query; classes that hold more override this. */
  protected clone(query: Query<Input>): Collection<Item, Input> {
    return new Collection(this.source, query)
  }

  #with(change: Query<Input>): this {
    return this.clone({ ...this.#query, ...change }) as this
  }
}

/** A service that takes no heed of a marker would be listed for ever. */
function isSame(next: object, last: object): boolean {
  return JSON.stringify(next) === JSON.stringify(last)
}

// With nothing to filter by, everything would pass, and perhaps be deleted.
function requireFilter(input: object): void {
  if (!isPlain(input)) throw new ParameterError('A filter must be an object of parameters')
  const unset = Object.entries(input).find(([, value]) => value === undefined)
  if (unset) throw new ParameterError(`The filter ${unset[0]} is undefined`)
}

function requireCount(name: string, count: number, least: number): void {
  if (count >= least && (Number.isInteger(count) || count === Infinity)) return
  throw new ParameterError(`${name} must be a whole number from ${least}, not ${count}`)
}

/** How the items of a collection are deleted together. */
export interface Deletion<Item> {
  readonly client: S3Client
  readonly bucketName: string
  readonly identify: (item: Item) => ObjectIdentifier
}

/** Parameters of a batch deletion; the objects come from the collection. */
export interface DeleteAllInput extends Omit<DeleteObjectsCommandInput, 'Bucket' | 'Delete'> {
  /** `Quiet: true` asks for the failures alone. */
  readonly Delete?: { readonly Quiet?: boolean | undefined } | undefined
}

/** A collection of what DeleteObjects can delete. */
export class DeletableCollection<Item, Input extends object> extends Collection<Item, Input> {
  readonly #deletion: Deletion<Item>

  constructor(source: FetchPage<Item, Input>, deletion: Deletion<Item>, query?: Query<Input>) {
    super(source, query)
    this.#deletion = deletion
  }

  /**
   * Deletes every item, page by page, and resolves to the answer to each request. What could not be deleted is in
   * `Errors` of an answer and does not reject, as in boto3.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html DeleteObjects}
   */
  async delete(input: DeleteAllInput = {}, options?: RequestOptions): Promise<DeleteObjectsCommandOutput[]> {
    const { client, bucketName, identify } = this.#deletion
    const given = withBound({ Bucket: bucketName }, input)
    const answers: DeleteObjectsCommandOutput[] = []
    for await (const page of this.pages()) {
      if (page.length === 0) continue
      const Delete = withBound({ Objects: page.map(identify) }, given.Delete)
      answers.push(await send(client, DeleteObjectsCommand, { ...given, Delete }, {}, options))
    }
    return answers
  }

  protected override clone(query: Query<Input>): Collection<Item, Input> {
    return new DeletableCollection(this.source, this.#deletion, query)
  }
}
