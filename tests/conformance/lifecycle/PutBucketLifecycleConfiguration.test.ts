import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import {
  ALL,
  expiration,
  lifecycleDocument,
  LifecycleRoom,
  noncurrentExpiration,
  rule,
} from './lifecycle-room.ts'

let room: LifecycleRoom
beforeAll(async () => {
  room = await LifecycleRoom.open({ storageClasses: ['LUKEWARM'] })
})
afterAll(() => room[Symbol.asyncDispose]())

const transition = (inner: string): string => `<Transition>${inner}</Transition>`
const toIa = (days: number): string =>
  transition(`<Days>${days}</Days><StorageClass>STANDARD_IA</StorageClass>`)
const byDate = (date: string): string => `<Expiration><Date>${date}</Date></Expiration>`
const abort = (days: number): string =>
  `<AbortIncompleteMultipartUpload><DaysAfterInitiation>${days}</DaysAfterInitiation></AbortIncompleteMultipartUpload>`
const marker = '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>'
const tag = (key: string): string => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`
const filter = (inner: string): string => `<Filter>${inner}</Filter>`
const and = (inner: string): string => filter(`<And>${inner}</And>`)
const greater = (size: number): string => `<ObjectSizeGreaterThan>${size}</ObjectSizeGreaterThan>`
const less = (size: number): string => `<ObjectSizeLessThan>${size}</ObjectSizeLessThan>`
const prefix = '<Prefix>logs/</Prefix>'
const long = 'x'.repeat(1025)
const noncurrentTransition = (days: number, storageClass: string, more = ''): string =>
  `<NoncurrentVersionTransition><NoncurrentDays>${days}</NoncurrentDays><StorageClass>${storageClass}</StorageClass>${more}</NoncurrentVersionTransition>`

describe('takes', () => {
  it.each([
    ['an empty filter', '<Filter/>' + expiration(1)],
    ['an empty prefix', ALL + expiration(1)],
    ['the old form, a prefix in the rule', prefix + expiration(1)],
    ['a tag', filter(tag('a')) + expiration(1)],
    ['a least size', filter(greater(0)) + expiration(1)],
    ['a largest size', filter(less(1)) + expiration(1)],
    ['all of them', and(prefix + tag('a') + tag('b') + greater(10) + less(20)) + expiration(1)],
    ['two tags', and(tag('a') + tag('b')) + expiration(1)],
    ['a date', ALL + byDate('2031-01-01T00:00:00Z')],
    ['a date that is past', ALL + byDate('2001-01-01T00:00:00Z')],
    ['delete markers that hide nothing', ALL + marker],
    ['noncurrent versions in the old form', prefix + noncurrentExpiration(1)],
    ['noncurrent versions', ALL + noncurrentExpiration(1, 100)],
    ['open uploads', ALL + abort(1)],
    ['a transition at once', ALL + transition('<Days>0</Days><StorageClass>GLACIER</StorageClass>')],
    ['a class of one’s own', ALL + transition('<Days>0</Days><StorageClass>LUKEWARM</StorageClass>')],
    [
      'several transitions',
      ALL + toIa(30) + transition('<Days>60</Days><StorageClass>GLACIER</StorageClass>') + expiration(61),
    ],
    [
      'noncurrent transitions',
      ALL + noncurrentTransition(30, 'STANDARD_IA') + noncurrentTransition(60, 'GLACIER'),
    ],
    ['infrequent access at once', ALL + toIa(0) + noncurrentTransition(0, 'ONEZONE_IA')],
    ['everything at once', ALL + toIa(30) + expiration(31) + noncurrentExpiration(1) + abort(7)],
  ])('%s', async (_, inner) => {
    expectStatus(await room.putLifecycle(rule(inner)))
  })

  it.each([
    '2031-01-01',
    '20310101',
    '2031-01-01T00:00',
    '2031-01-01T00:00:00',
    '20310101T000000Z',
    '2031-01-01T02:00+02',
  ])('the date %s', async (date) => {
    expectStatus(await room.putLifecycle(rule(ALL + byDate(date))))
    const { text } = await room.request('GET', '', { query: 'lifecycle=' })
    expect(xmlTexts(text, 'Date')).toEqual(['2031-01-01T00:00:00.000Z'])
  })

  it('a thousand rules, disabled ones among them', async () => {
    const rules = Array.from({ length: 1000 }, (_, at) =>
      rule(filter(`<Prefix>${at}/</Prefix>`) + expiration(1), `rule-${at}`, at % 2 ? 'Disabled' : 'Enabled'),
    )
    expectStatus(await room.putLifecycle(...rules))
    const { text } = await room.request('GET', '', { query: 'lifecycle=' })
    expect(xmlTexts(text, 'ID')).toHaveLength(1000)
    expectRefusal(await room.putLifecycle(...rules, rule(ALL + expiration(1), 'more')), 400, 'MalformedXML')
  })

  it('a rule without an id, and gives it one', async () => {
    const inner = ALL + expiration(1)
    expectStatus(await room.putLifecycle(`<Rule><Status>Enabled</Status>${inner}</Rule>`))
    const { text } = await room.request('GET', '', { query: 'lifecycle=' })
    expect(xmlTexts(text, 'ID')).toEqual([expect.stringMatching(/^\S{10,}$/)])
  })

  it('several rules with empty ids, and gives each its own', async () => {
    const rules = ['a/', 'b/'].map((start) => rule(filter(`<Prefix>${start}</Prefix>`) + expiration(1), ''))
    expectStatus(await room.putLifecycle(...rules))
    const { text } = await room.request('GET', '', { query: 'lifecycle=' })
    expect(new Set(xmlTexts(text, 'ID')).size).toBe(2)
  })

  it('an id of 255 characters', async () => {
    expectStatus(await room.putLifecycle(rule(ALL + expiration(1), 'i'.repeat(255))))
  })
})

describe('refuses', () => {
  it.each([
    ['neither filter nor prefix', expiration(1), 'MalformedXML'],
    ['filter and prefix', prefix + ALL + expiration(1), 'MalformedXML'],
    ['a filter of two conditions without And', filter(prefix + tag('a')) + expiration(1), 'MalformedXML'],
    ['an And of one condition', and(prefix) + expiration(1), 'MalformedXML'],
    ['an empty And', and('') + expiration(1), 'MalformedXML'],
    ['a tag twice', and(tag('a') + tag('a')) + expiration(1), 'InvalidRequest'],
    ['a long tag key', filter(tag('k'.repeat(129))) + expiration(1), 'MalformedXML'],
    ['a long prefix', filter(`<Prefix>${long}</Prefix>`) + expiration(1), 'InvalidRequest'],
    ['a long prefix of the old form', `<Prefix>${long}</Prefix>` + expiration(1), 'InvalidRequest'],
    ['a least size above the largest', and(greater(10) + less(10)) + expiration(1), 'InvalidRequest'],
    ['a negative size', filter(greater(-1)) + expiration(1), 'InvalidRequest'],
    ['a largest size of nothing', filter(less(0)) + expiration(1), 'InvalidRequest'],
    ['no action', ALL, 'InvalidRequest'],
    ['an id that is too long', '', 'InvalidArgument'],
    ['an expiration of nothing', ALL + '<Expiration/>', 'MalformedXML'],
    [
      'days and date',
      ALL + '<Expiration><Days>1</Days><Date>2031-01-01T00:00:00Z</Date></Expiration>',
      'MalformedXML',
    ],
    [
      'days and delete markers',
      ALL +
        '<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
      'MalformedXML',
    ],
    ['no days', ALL + expiration(0), 'InvalidArgument'],
    ['negative days', ALL + expiration(-1), 'InvalidArgument'],
    ['days that are no number', ALL + '<Expiration><Days>soon</Days></Expiration>', 'MalformedXML'],
    ['a date that is not midnight', ALL + byDate('2031-01-01T10:00:00Z'), 'InvalidArgument'],
    ['delete markers by tag', filter(tag('a')) + marker, 'InvalidRequest'],
    ['noncurrent versions after no days', ALL + noncurrentExpiration(0), 'InvalidArgument'],
    [
      'noncurrent versions without days',
      ALL +
        '<NoncurrentVersionExpiration><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>',
      'MalformedXML',
    ],
    ['no newer versions', ALL + noncurrentExpiration(1, 0), 'InvalidArgument'],
    ['too many newer versions', ALL + noncurrentExpiration(1, 101), 'InvalidArgument'],
    ['newer versions in the old form', prefix + noncurrentExpiration(1, 2), 'InvalidRequest'],
    [
      'a transition with newer versions in the old form',
      prefix + noncurrentTransition(1, 'GLACIER', '<NewerNoncurrentVersions>2</NewerNoncurrentVersions>'),
      'InvalidRequest',
    ],
    ['uploads after no days', ALL + abort(0), 'InvalidArgument'],
    ['uploads by tag', filter(tag('a')) + abort(1), 'InvalidRequest'],
    ['uploads by size', filter(greater(1)) + abort(1), 'InvalidRequest'],
    ['a transition without class', ALL + transition('<Days>1</Days>'), 'MalformedXML'],
    ['a transition without time', ALL + transition('<StorageClass>GLACIER</StorageClass>'), 'MalformedXML'],
    [
      'a transition to STANDARD',
      ALL + transition('<Days>1</Days><StorageClass>STANDARD</StorageClass>'),
      'MalformedXML',
    ],
    [
      'a transition to no class',
      ALL + transition('<Days>1</Days><StorageClass>NOPE</StorageClass>'),
      'MalformedXML',
    ],
    [
      'a negative transition',
      ALL + transition('<Days>-1</Days><StorageClass>GLACIER</StorageClass>'),
      'InvalidArgument',
    ],
    ['a class twice', ALL + toIa(30) + toIa(40), 'InvalidRequest'],
    ['expiration before the transition', ALL + toIa(30) + expiration(30), 'InvalidArgument'],
    [
      'a date of expiration before that of the transition',
      ALL +
        transition('<Date>2031-01-02T00:00:00Z</Date><StorageClass>GLACIER</StorageClass>') +
        byDate('2031-01-01T00:00:00Z'),
      'InvalidArgument',
    ],
    [
      'a transition by days with an expiration by date',
      ALL + toIa(30) + byDate('2031-01-01T00:00:00Z'),
      'InvalidRequest',
    ],
    [
      'transitions by days and by date',
      ALL + toIa(30) + transition('<Date>2031-01-02T00:00:00Z</Date><StorageClass>GLACIER</StorageClass>'),
      'InvalidRequest',
    ],
    ['a noncurrent transition to no class', ALL + noncurrentTransition(1, 'NOPE'), 'MalformedXML'],
    [
      'a noncurrent class twice',
      ALL + noncurrentTransition(1, 'GLACIER') + noncurrentTransition(2, 'GLACIER'),
      'InvalidRequest',
    ],
    ['a negative noncurrent transition', ALL + noncurrentTransition(-1, 'STANDARD_IA'), 'InvalidArgument'],
    [
      'a noncurrent transition with too many newer',
      ALL + noncurrentTransition(1, 'GLACIER', '<NewerNoncurrentVersions>101</NewerNoncurrentVersions>'),
      'InvalidArgument',
    ],
    [
      'a noncurrent expiration before the transition',
      ALL + noncurrentTransition(5, 'GLACIER') + noncurrentExpiration(5),
      'InvalidArgument',
    ],
  ])('%s', async (what, inner, code) => {
    const id = what.startsWith('an id') ? 'i'.repeat(256) : 'id'
    expectRefusal(await room.putLifecycle(rule(inner || ALL + expiration(1), id)), 400, code)
  })

  it('an unknown status, an id twice, no rule, no XML', async () => {
    const inner = ALL + expiration(1)
    expectRefusal(await room.putLifecycle(rule(inner, 'a', 'On')), 400, 'MalformedXML')
    expectRefusal(await room.putLifecycle(rule(inner), rule(inner)), 400, 'InvalidArgument')
    expectRefusal(await room.putLifecycle(), 400, 'MalformedXML')
    expectRefusal(await room.putDocument('', 'lifecycle=', 'rules'), 400, 'MalformedXML')
  })

  it.each([
    [
      'of the second version',
      ALL,
      prefix,
      'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
    ],
    ['of the first version', prefix, ALL, 'Filter element can only be used in Lifecycle V2.'],
  ])('a rule of the other version in a configuration %s', async (_, first, second, message) => {
    const rules = [first, first, second].map((which, at) => rule(which + expiration(1), `rule-${at}`))
    const answer = await room.putLifecycle(...rules)
    expectRefusal(answer, 400, 'InvalidRequest')
    expect(xmlTexts(answer.text, 'Message')).toEqual([message])
  })

  it('a document without its digest, and strangers', async () => {
    const body = lifecycleDocument(rule(ALL + expiration(1)))
    expectRefusal(await room.request('PUT', '', { query: 'lifecycle=', body }), 400, 'InvalidRequest')
    const parts = { credentials: otherCredentials }
    expectRefusal(await room.putDocument('', 'lifecycle=', body, parts), 403, 'AccessDenied')
  })
})

it('keeps and answers the least size of transitions', async () => {
  const body = lifecycleDocument(rule(ALL + expiration(1)))
  const name = 'x-amz-transition-default-minimum-object-size'
  const put = (headers: Record<string, string>) => room.putDocument('', 'lifecycle=', body, { headers })
  const shown = async () => (await room.request('GET', '', { query: 'lifecycle=' })).headers[name]
  expect((await put({})).headers[name]).toBe('all_storage_classes_128K')
  expect(await shown()).toBe('all_storage_classes_128K')
  expect((await put({ [name]: 'varies_by_storage_class' })).headers[name]).toBe('varies_by_storage_class')
  expect(await shown()).toBe('varies_by_storage_class')
  expectRefusal(await put({ [name]: 'none' }), 400, 'InvalidArgument')
})
