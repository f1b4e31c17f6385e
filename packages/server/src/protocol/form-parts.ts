import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { S3Error } from '../model/s3-error.ts'

/** What a form says before its file, and the file. */
export interface FormParts {
  /** By lower-case name; repeated ones are joined by a comma, as headers are. */
  readonly fields: ReadonlyMap<string, string>
  /** As the client gave it, path and all; empty where it gave none. */
  readonly fileName: string
  /** The file's bytes, to be read once. Throws MalformedPOSTRequest where the form ends too early. */
  readonly file: AsyncIterable<Uint8Array>
  /** Stops reading, wherever that stands. */
  release(): Promise<void>
}

/** Source: S3 API Reference, "Creating an HTML Form": form data and boundaries without the file cannot exceed 20 KB. */
const MOST_FORM_BYTES = 20 * 1024
/** The parser's own buffer takes each piece whole, so that it never makes a write wait. */
const PIECE_BYTES = 64 * 1024

/**
 * Reads a `multipart/form-data` body up to its file, the field of that name. Holds no more than 20 KB of it in memory.
 * Throws MaxPostPreDataLengthExceededError, MalformedPOSTRequest, or InvalidArgument where there is no file.
 */
export async function formParts(contentType: string, bytes: AsyncIterable<Uint8Array>): Promise<FormParts> {
  const reader = new FormReader(contentType, bytes)
  try {
    await reader.readFields()
  } catch (error) {
    await reader.release()
    throw error
  }
  return reader
}

class FormReader implements FormParts {
  readonly fields = new Map<string, string>()
  fileName = ''
  readonly #source: AsyncIterator<Uint8Array>
  readonly #parser: BusboyInstance
  /** Resolves when the parser has judged the form: at its last boundary, or when it is told that nothing follows. */
  readonly #judged: Promise<unknown>
  /** What has been taken from the source and not been parsed. */
  #rest: Uint8Array = new Uint8Array()
  #file: BusboyFileStream | undefined
  #failure: S3Error | undefined

  constructor(contentType: string, bytes: AsyncIterable<Uint8Array>) {
    this.#source = bytes[Symbol.asyncIterator]()
    this.#parser = parserOf(contentType)
    this.#parser.on('field', (name: string | undefined, value) => this.#addField(name ?? '', value))
    this.#parser.on('file', (_name, file, fileName: string | undefined) => this.#begin(file, fileName ?? ''))
    this.#parser.on('filesLimit', () => {
      this.#failure ??= new S3Error('IncorrectNumberOfFilesInPostRequest')
    })
    this.#parser.on('error', (cause) => this.#malformed(cause))
    this.#judged = new Promise((resolve) => this.#parser.once('finish', resolve).once('error', resolve))
  }

  async readFields(): Promise<void> {
    // One more, since the parser holds back what could be the beginning of a boundary.
    let roomBytes = MOST_FORM_BYTES + 1
    while (!this.#file) {
      if (roomBytes === 0) throw tooLong()
      const piece = await this.#nextPiece(roomBytes)
      if (!piece) {
        await this.#end()
        throw this.#failure ?? noFile()
      }
      roomBytes -= piece.length
      await this.#parse(piece)
    }
  }

  get file(): AsyncIterable<Uint8Array> {
    return this.#fileBytes()
  }

  async release(): Promise<void> {
    await this.#source.return?.()
  }

  async *#fileBytes(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#parsed()
      for (;;) {
        const piece = await this.#nextPiece(PIECE_BYTES)
        if (!piece) break
        await this.#parse(piece)
        if (this.#failure) throw this.#failure
        yield* this.#parsed()
      }
      await this.#end()
      if (this.#failure) throw this.#failure
      yield* this.#parsed()
    } finally {
      await this.release()
    }
  }

  async #nextPiece(mostBytes: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next()
      if (next.done === true) return undefined
      this.#rest = next.value
    }
    const piece = this.#rest.subarray(0, mostBytes)
    this.#rest = this.#rest.subarray(piece.length)
    return piece
  }

  /** Resolves when the parser has told all that it found in a piece. */
  #parse(piece: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#parser.write(piece, () => resolve())
    })
  }

  /** What the parser has found of the file. */
  *#parsed(): Generator<Uint8Array> {
    for (;;) {
      const bytes = this.#file?.read() as Uint8Array | null | undefined
      if (!bytes) return
      yield bytes
    }
  }

  async #end(): Promise<void> {
    this.#parser.end()
    await this.#judged
  }

  #addField(name: string, value: string): void {
    // Fields behind the file are ignored. Source: S3 API Reference, POST Object, `file`.
    if (name === '' || this.#file) return
    const lowerCase = name.toLowerCase()
    const known = this.fields.get(lowerCase)
    this.fields.set(lowerCase, known === undefined ? value : `${known},${value}`)
  }

  #begin(file: BusboyFileStream, fileName: string): void {
    this.#file = file
    this.fileName = fileName
    file.on('error', (cause) => this.#malformed(cause))
  }

  #malformed(cause: unknown): void {
    this.#failure ??= new S3Error('MalformedPOSTRequest', {}, { cause })
  }
}

function parserOf(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      preservePath: true,
      highWaterMark: 2 * PIECE_BYTES,
      fileHwm: 2 * PIECE_BYTES,
      limits: { files: 1, fieldSize: MOST_FORM_BYTES, headerSize: MOST_FORM_BYTES },
    })
  } catch (cause) {
    // There is no boundary.
    throw new S3Error('MalformedPOSTRequest', {}, { cause })
  }
}

function tooLong(): S3Error {
  return new S3Error('MaxPostPreDataLengthExceededError', {
    MaxPostPreDataLengthBytes: String(MOST_FORM_BYTES),
  })
}

function noFile(): S3Error {
  const fields = { ArgumentName: 'file', ArgumentValue: '0' }
  return new S3Error('InvalidArgument', fields, {
    message: 'POST requires exactly one file upload per request.',
  })
}
