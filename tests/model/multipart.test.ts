import { randomInt } from 'node:crypto'
import { expect, it } from 'vitest'
import { blobFiles } from '../support/blob-files.ts'
import { xmlTexts } from '../support/raw-request.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { tries } from '../support/sizes.ts'
import { expectSuccess } from '../conformance/objects/object-room.ts'
import { completionDocument, type Upload, UploadRoom } from '../conformance/multipart/upload-room.ts'
import { bytesOf, explain, md5, Model, type Operation, type Outcome } from './multipart-model.ts'
import { Chance, nextStep } from './multipart-sequence.ts'

// HOLDFAST_MODEL_SEED=<seed> HOLDFAST_MODEL_SEQUENCES=1 npx vitest run tests/model/multipart.test.ts
const seed = Number(process.env['HOLDFAST_MODEL_SEED'] ?? randomInt(2 ** 31))
const sequences = Number(process.env['HOLDFAST_MODEL_SEQUENCES'] ?? tries(1000, 8))
const STEPS = 7
const AT_ONCE = 24

it(
  `${sequences} sequences from seed ${seed} on: the server does what the model does, and leaks nothing`,
  { timeout: 180_000 },
  async () => {
    await using folder = await temporaryDirectory()
    await using room = await UploadRoom.open({ dataDirectory: folder.path })
    let next = 0
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < sequences) await runSequence(room, seed + next++)
      }),
    )
    await room.objects.server.settle()
    expect(await blobFiles(folder.path)).toEqual([])
  },
)

/** One sequence on keys of its own. Leaves nothing behind. */
async function runSequence(room: UploadRoom, sequenceSeed: number): Promise<void> {
  const chance = new Chance(sequenceSeed)
  const done: string[] = []
  const keyOf = (key: string): string => `${sequenceSeed}/${key}`
  const uploads = [await room.create(keyOf('a')), await room.create(keyOf(chance.pick(['a', 'b'])))]
  const first = uploads.reduce((before, { key }) => before.create(key.endsWith('a') ? 'a' : 'b'), new Model())
  let models = [first]
  for (let step = 0; step < STEPS; step++) {
    const operations = nextStep(chance, models[0] ?? first)
    const observed = await Promise.all(
      operations.map(async (operation) => ({
        operation,
        outcome: await run(room, uploads, keyOf, operation),
      })),
    )
    done.push(observed.map((each) => JSON.stringify(each)).join('\n   with '))
    models = explain(models, observed)
    if (models.length === 0)
      throw new Error(
        `no order explains the last step of HOLDFAST_MODEL_SEED=${sequenceSeed}:\n${done.join('\n')}`,
      )
  }
  for (const upload of uploads) await room.abort(upload)
  for (const key of ['a', 'b']) expectSuccess(await room.objects.request('DELETE', keyOf(key)), 204)
}

/** Does an operation on the server and brings its answer into the model's form. */
async function run(
  room: UploadRoom,
  uploads: readonly Upload[],
  keyOf: (key: string) => string,
  operation: Operation,
): Promise<Outcome> {
  const { objects } = room
  const uploadOf = (index: number): Upload => uploads[index] ?? { key: 'none', id: 'none' }
  const tag = (text: string | undefined): string => (text ?? '').replaceAll('"', '')
  const copied = async (answer: ReturnType<typeof objects.request>) => {
    const { status, errorCode, text } = await answer
    return outcomeOf(status, errorCode, tag(xmlTexts(text, 'ETag')[0]))
  }
  switch (operation.kind) {
    case 'put': {
      const headers = conditionHeaders(operation.condition)
      const answer = await objects.request('PUT', keyOf(operation.key), {
        body: bytesOf(operation.body),
        headers,
      })
      return outcomeOf(answer.status, answer.errorCode, tag(answer.headers.etag))
    }
    case 'delete': {
      const { status, errorCode } = await objects.request('DELETE', keyOf(operation.key))
      return outcomeOf(status, errorCode)
    }
    case 'get': {
      const answer = await objects.get(keyOf(operation.key))
      return outcomeOf(answer.status, answer.errorCode, tag(answer.headers.etag), md5(answer.body))
    }
    case 'get-part': {
      const answer = await objects.get(keyOf(operation.key), {}, `partNumber=${operation.number}`)
      const count = answer.headers['x-amz-mp-parts-count'] ?? 'none'
      return outcomeOf(answer.status, answer.errorCode, md5(answer.body), 'of', String(count))
    }
    case 'copy': {
      const headers = { 'x-amz-copy-source': `${objects.bucket}/${keyOf(operation.from)}` }
      return copied(objects.request('PUT', keyOf(operation.key), { headers }))
    }
    case 'copy-part': {
      const headers = { 'x-amz-copy-source': `${objects.bucket}/${keyOf(operation.from)}` }
      return copied(room.sendPart(uploadOf(operation.upload), operation.number, { headers }))
    }
    case 'part': {
      const answer = await room.sendPart(uploadOf(operation.upload), operation.number, {
        body: bytesOf(operation.body),
      })
      return outcomeOf(answer.status, answer.errorCode, tag(answer.headers.etag))
    }
    case 'abort': {
      const { status, errorCode } = await room.abort(uploadOf(operation.upload))
      return outcomeOf(status, errorCode)
    }
    case 'list': {
      const { status, errorCode, text } = await room.list(uploadOf(operation.upload))
      const [numbers, tags, sizes] = ['PartNumber', 'ETag', 'Size'].map((name) => xmlTexts(text, name))
      const parts = numbers?.map((number, index) => `${number}:${tag(tags?.[index])}:${sizes?.[index]}`) ?? []
      return outcomeOf(status, errorCode, ...parts)
    }
    case 'complete': {
      const list = operation.list.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }))
      const headers = conditionHeaders(operation.condition)
      return copied(room.completeWith(uploadOf(operation.upload), completionDocument(list), { headers }))
    }
  }
}

function outcomeOf(status: number, errorCode: string | undefined, ...told: readonly string[]): Outcome {
  return [String(status), ...(errorCode === undefined ? told : [errorCode])].join(' ')
}

function conditionHeaders(condition: string | undefined): Record<string, string> {
  if (condition === undefined) return {}
  return condition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': `"${condition}"` }
}
