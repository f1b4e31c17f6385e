import type { S3Client } from '@aws-sdk/client-s3'
import { ParameterError } from './check-parameters.ts'
import { type ClientSource, clientOf } from './client-of.ts'
import type { RequestOptions } from './request.ts'

/** An attribute was read of a resource that has none yet. */
export class NotLoadedError extends Error {
  override readonly name = 'NotLoadedError'

  constructor(resource: Resource, attribute: string) {
    const remedy =
      'load' in resource
        ? 'call `await resource.load()` first'
        : 'only a resource out of a collection has attributes; this one cannot be loaded'
    super(`${attribute} of ${resource.toString()} is not loaded: ${remedy}`)
  }
}

/** What all resources are: identifiers, bound to a client, and attributes once they are known. */
export abstract class Resource<Data extends object = object> {
  // Private, so that a resource that is printed or made JSON of shows its identifiers, and not the whole SDK.
  readonly #client: S3Client
  #data: Data | undefined

  constructor(client: ClientSource, data?: Data) {
    this.#client = clientOf(client)
    this.#data = data
  }

  /** The SDK's client that sends this resource's requests. */
  get client(): S3Client {
    return this.#client
  }

  /** All attributes as the API spells them; `undefined` before they are loaded. */
  get data(): Data | undefined {
    return this.#data
  }

  protected set data(data: Data | undefined) {
    this.#data = data
  }

  /** The class and the identifiers, as in `Bucket(name=photos)`. */
  toString(): string {
    const identifiers = Object.entries(this).map((pair) => pair.join('='))
    return `${this.constructor.name}(${identifiers.join(', ')})`
  }

  /** The identifier, checked: a resource without one would be another. */
  protected identifier<Value extends string | number>(name: string, value: Value): Value {
    if (value !== '' && (typeof value === 'string' || typeof value === 'number')) return value
    throw new ParameterError(`${this.toString()} lacks its ${name}`)
  }

  protected attribute<Name extends keyof Data & string>(name: Name): Data[Name] {
    if (!this.#data) throw new NotLoadedError(this, name)
    return this.#data[name]
  }

  /** Forgets the attributes when a request that may have changed them has succeeded: they are to be loaded again. */
  protected async changing<Output>(answer: Promise<Output>): Promise<Output> {
    const output = await answer
    this.#data = undefined
    return output
  }
}

/** A resource whose attributes can be asked for. */
export abstract class LoadableResource<Data extends object, Input> extends Resource<Data> {
  protected abstract fetch(input: Input | undefined, options?: RequestOptions): Promise<Data>

  /**
   * Asks the service for the attributes with the operation that the class names, and resolves to this resource. Until
   * then, and again after an action that changes something, reading an attribute throws {@link NotLoadedError}.
   * Rejects with the service's error, e.g. `NoSuchBucket`, `AccessDenied`, or `NotFound` of an object.
   */
  async load(input?: Input, options?: RequestOptions): Promise<this> {
    this.data = await this.fetch(input, options)
    return this
  }

  /** The same as {@link load}. */
  reload(input?: Input, options?: RequestOptions): Promise<this> {
    return this.load(input, options)
  }
}

/** What a bucket has one of, and is loaded by itself. */
export abstract class BucketResource<Data extends object, Input> extends LoadableResource<Data, Input> {
  readonly bucketName: string

  constructor(bucketName: string, client: ClientSource = {}) {
    super(client)
    this.bucketName = this.identifier('bucketName', bucketName)
  }
}
