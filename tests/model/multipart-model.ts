import { hash } from 'node:crypto'

/** Bytes that follow from a letter and a length, so that an operation reads as one line. */
export interface Bytes {
  readonly letter: string
  readonly sizeBytes: number
}

/** Keys are `a` and `b`; uploads are counted from 0 in the order they were begun. */
export type Operation =
  | { readonly kind: 'put'; readonly key: string; readonly body: Bytes; readonly condition?: Condition }
  | { readonly kind: 'delete' | 'get'; readonly key: string }
  | { readonly kind: 'get-part'; readonly key: string; readonly number: number }
  | { readonly kind: 'copy'; readonly from: string; readonly key: string }
  | { readonly kind: 'part'; readonly upload: number; readonly number: number; readonly body: Bytes }
  | { readonly kind: 'copy-part'; readonly upload: number; readonly number: number; readonly from: string }
  | { readonly kind: 'abort' | 'list'; readonly upload: number }
  | {
      readonly kind: 'complete'
      readonly upload: number
      readonly list: readonly ListedPart[]
      readonly condition?: Condition
    }

export interface ListedPart {
  readonly number: number
  readonly etag: string
}

/** `absent` is If-None-Match: *; all else an entity tag for If-Match. */
export type Condition = string

/** What an operation answers, in a form that compares as text: a status or code, and what came with it. */
export type Outcome = string

interface StoredObject {
  readonly bytes: Buffer
  readonly etag: string
  /** By their numbers; of one that was not uploaded in parts there is only number 1. */
  readonly parts?: ReadonlyMap<number, Buffer> | undefined
}

interface Upload {
  readonly key: string
  readonly state: 'open' | 'completed' | 'aborted'
  readonly parts: ReadonlyMap<number, Buffer>
  readonly completion?: { readonly list: string; readonly outcome: Outcome } | undefined
}

export function bytesOf({ letter, sizeBytes }: Bytes): Buffer {
  return Buffer.alloc(sizeBytes, letter)
}

export function md5(bytes: Uint8Array): string {
  return hash('md5', bytes, 'hex')
}

/** What S3 holds, as simply as can be. Immutable: an operation leads to another model and an outcome. */
export class Model {
  readonly objects: ReadonlyMap<string, StoredObject>
  readonly uploads: readonly Upload[]

  constructor(objects: ReadonlyMap<string, StoredObject> = new Map(), uploads: readonly Upload[] = []) {
    this.objects = objects
    this.uploads = uploads
  }

  /** The same for models that are the same. */
  get fingerprint(): string {
    const objects = ['a', 'b'].map((key) => {
      const object = this.objects.get(key)
      return `${object?.etag} ${[...(object?.parts?.keys() ?? [])].join(' ')}`
    })
    const uploads = this.uploads.map(({ state, parts, completion }) => {
      const listed = [...parts]
        .toSorted(([a], [b]) => a - b)
        .map(([number, bytes]) => `${number} ${md5(bytes)}`)
      return `${state} ${listed.join(' ')} ${completion?.outcome}`
    })
    return [...objects, ...uploads].join('\n')
  }

  /** A new upload; it is not one of the operations since its id is known only afterwards. */
  create(key: string): Model {
    return new Model(this.objects, [...this.uploads, { key, state: 'open', parts: new Map() }])
  }

  apply(operation: Operation): readonly [Model, Outcome] {
    switch (operation.kind) {
      case 'put': {
        const failed = this.#failed(operation.key, operation.condition)
        if (failed !== undefined) return [this, failed]
        const bytes = bytesOf(operation.body)
        return [this.#with(operation.key, { bytes, etag: md5(bytes) }), `200 ${md5(bytes)}`]
      }
      case 'delete':
        return [this.#with(operation.key, undefined), '204']
      case 'get':
        return [this, this.#get(operation.key)]
      case 'get-part':
        return [this, this.#getPart(operation.key, operation.number)]
      case 'copy':
        return this.#copy(operation.from, operation.key)
      case 'part':
        return this.#part(operation.upload, operation.number, bytesOf(operation.body))
      case 'copy-part': {
        const source = this.objects.get(operation.from)
        if (source || !this.#open(operation.upload)) {
          return this.#part(operation.upload, operation.number, source?.bytes ?? Buffer.alloc(0))
        }
        return [this, '404 NoSuchKey']
      }
      case 'abort': {
        const upload = this.#open(operation.upload)
        if (!upload) return [this, '404 NoSuchUpload']
        return [this.#withUpload(operation.upload, { ...upload, state: 'aborted', parts: new Map() }), '204']
      }
      case 'list':
        return [this, this.#list(operation.upload)]
      case 'complete':
        return this.#complete(operation.upload, operation.list, operation.condition)
    }
  }

  #get(key: string): Outcome {
    const object = this.objects.get(key)
    return object ? `200 ${object.etag} ${md5(object.bytes)}` : '404 NoSuchKey'
  }

  #getPart(key: string, number: number): Outcome {
    const object = this.objects.get(key)
    if (!object) return '404 NoSuchKey'
    const part = object.parts ? object.parts.get(number) : number === 1 && object.bytes
    return part ? `206 ${md5(part)} of ${object.parts?.size ?? 'none'}` : '416 InvalidPartNumber'
  }

  #copy(from: string, key: string): readonly [Model, Outcome] {
    const source = this.objects.get(from)
    if (!source) return [this, '404 NoSuchKey']
    const etag = md5(source.bytes)
    return [this.#with(key, { bytes: source.bytes, etag }), `200 ${etag}`]
  }

  #part(index: number, number: number, bytes: Buffer): readonly [Model, Outcome] {
    const upload = this.#open(index)
    if (!upload) return [this, '404 NoSuchUpload']
    const parts = new Map(upload.parts).set(number, bytes)
    return [this.#withUpload(index, { ...upload, parts }), `200 ${md5(bytes)}`]
  }

  #list(index: number): Outcome {
    const upload = this.#open(index)
    if (!upload) return '404 NoSuchUpload'
    const parts = [...upload.parts].toSorted(([a], [b]) => a - b)
    return ['200', ...parts.map(([number, bytes]) => `${number}:${md5(bytes)}:${bytes.length}`)].join(' ')
  }

  #complete(
    index: number,
    list: readonly ListedPart[],
    condition: Condition | undefined,
  ): readonly [Model, Outcome] {
    const upload = this.uploads[index]
    if (upload?.state === 'completed' && upload.completion?.list === JSON.stringify(list)) {
      return [this, upload.completion.outcome]
    }
    if (upload?.state !== 'open') return [this, '404 NoSuchUpload']
    const refused = refusalOf(list, upload.parts) ?? this.#failed(upload.key, condition)
    if (refused !== undefined) return [this, refused]
    const parts = new Map(list.map(({ number }) => [number, upload.parts.get(number) ?? Buffer.alloc(0)]))
    const pieces = [...parts.values()]
    const etag = `${md5(Buffer.from(pieces.map(md5).join(''), 'hex'))}-${pieces.length}`
    const outcome = `200 ${etag}`
    const completion = { list: JSON.stringify(list), outcome }
    const completed = this.#with(upload.key, { bytes: Buffer.concat(pieces), etag, parts })
    return [
      completed.#withUpload(index, { ...upload, state: 'completed', parts: new Map(), completion }),
      outcome,
    ]
  }

  /** How a conditional write on a key is refused. */
  #failed(key: string, condition: Condition | undefined): Outcome | undefined {
    if (condition === undefined) return undefined
    const existing = this.objects.get(key)
    if (condition === 'absent') return existing ? '412 PreconditionFailed' : undefined
    if (!existing) return '404 NoSuchKey'
    return existing.etag === condition ? undefined : '412 PreconditionFailed'
  }

  #open(index: number): Upload | undefined {
    const upload = this.uploads[index]
    return upload?.state === 'open' ? upload : undefined
  }

  #with(key: string, object: StoredObject | undefined): Model {
    const objects = new Map(this.objects)
    if (object) objects.set(key, object)
    else objects.delete(key)
    return new Model(objects, this.uploads)
  }

  #withUpload(index: number, upload: Upload): Model {
    return new Model(this.objects, this.uploads.with(index, upload))
  }
}

function refusalOf(list: readonly ListedPart[], parts: ReadonlyMap<number, Buffer>): Outcome | undefined {
  if (list.length === 0) return '400 MalformedXML'
  const isSorted = list.every(({ number }, index) => number > (list[index - 1]?.number ?? 0))
  if (!isSorted) return '400 InvalidPartOrder'
  for (const { number, etag } of list) {
    const part = parts.get(number)
    if (!part || md5(part) !== etag) return '400 InvalidPart'
  }
  return undefined
}

/**
 * The models that operations which ran at the same time may have led to: every order of them that explains all their
 * outcomes. None where no order does.
 */
export function explain(models: readonly Model[], observed: readonly Observed[]): Model[] {
  const found = models.flatMap((model) => explainFrom(model, observed))
  return [...new Map(found.map((model) => [model.fingerprint, model])).values()]
}

export interface Observed {
  readonly operation: Operation
  readonly outcome: Outcome
}

function explainFrom(model: Model, observed: readonly Observed[]): Model[] {
  if (observed.length === 0) return [model]
  return observed.flatMap(({ operation, outcome }, index) => {
    const [next, expected] = model.apply(operation)
    return expected === outcome ? explainFrom(next, observed.toSpliced(index, 1)) : []
  })
}
