/**
 * Who is let in: principals × owners × ACLs × ownership × public access block × policies × operations, on a real server,
 * against a reference that is written from the documentation alone (reference.ts). `HOLDFAST_TEST_LARGE=1` asks ten times
 * as much.
 */
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../../support/raw-request.ts'
import { AccessRoom, EVERYBODY, type Who } from '../access-room.ts'
import { outcomeOf, prepare, type Prepared } from './prepare.ts'
import { expectedOutcome } from './reference.ts'
import { LAST, type Operation, type OwnBucket, READS, WRITES } from './requests.ts'
import { GIVEN_AWAY, nameOf, type Situation, situations } from './situations.ts'

const COUNT = process.env['HOLDFAST_TEST_LARGE'] === '1' ? 300 : 30
const SITUATIONS = [GIVEN_AWAY, ...situations(COUNT)]

let room: AccessRoom
let own: Readonly<Record<Who, OwnBucket>>
beforeAll(async () => {
  room = await AccessRoom.open()
  const ofOwner = await ownBucket('owner')
  own = {
    owner: ofOwner,
    writer: await ownBucket('writer'),
    third: await ownBucket('third'),
    anonymous: ofOwner,
  }
  return () => room[Symbol.asyncDispose]()
})

async function ownBucket(who: Who): Promise<OwnBucket> {
  const bucket = await room.bucket({}, who)
  const begun = await room.must(who, 'POST', bucket, 'copy', { query: 'uploads=' })
  return { bucket, uploadId: xmlTexts(begun.text, 'UploadId')[0] ?? '' }
}

/** What each who asks is answered, by `<operation>: <who>`. */
type Outcomes = Record<string, string>

async function askAll(
  operations: Readonly<Record<string, Operation>>,
  prepared: Prepared,
  who: readonly Who[],
): Promise<Outcomes> {
  const asked = Object.entries(operations).flatMap(([name, { ask }]) =>
    who.map(async (each) => {
      const answer = await ask(room, prepared, each, own[each])
      return [`${name}: ${each}`, outcomeOf(answer)] as const
    }),
  )
  return Object.fromEntries(await Promise.all(asked))
}

async function outcomesIn(situation: Situation): Promise<Outcomes> {
  const prepared = await prepare(room, situation)
  const outcomes = {
    ...(await askAll(READS, prepared, EVERYBODY)),
    ...(await askAll(WRITES, prepared, EVERYBODY)),
  }
  for (const [name, operation] of Object.entries(LAST)) {
    for (const who of EVERYBODY.toReversed()) {
      Object.assign(outcomes, await askAll({ [name]: operation }, prepared, [who]))
    }
  }
  return outcomes
}

const OPERATIONS = { ...READS, ...WRITES, ...LAST }

function expectedIn(situation: Situation): Outcomes {
  const pairs = Object.entries(OPERATIONS).flatMap(([name, { asked }]) =>
    EVERYBODY.map((who) => [`${name}: ${who}`, expectedOutcome(situation, who, asked)] as const),
  )
  return Object.fromEntries(pairs)
}

it('asks for 4,000 combinations at the least, and of each outcome for a good many', () => {
  const outcomes = SITUATIONS.flatMap((situation) => Object.values(expectedIn(situation)))
  expect(outcomes.length).toBeGreaterThanOrEqual(4000)
  for (const outcome of ['allowed', '403', '400', '404', '405']) {
    expect(outcomes.filter((each) => each === outcome).length).toBeGreaterThanOrEqual(20)
  }
})

it.each(SITUATIONS.map((situation) => [nameOf(situation), situation] as const))(
  '%s',
  async (_, situation) => {
    expect(await outcomesIn(situation)).toEqual(expectedIn(situation))
  },
)
