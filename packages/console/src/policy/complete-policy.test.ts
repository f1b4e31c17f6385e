import { expect, it } from 'vitest'
import { completePolicy } from './complete-policy.ts'

const PLACES = {
  resources: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
  principals: ['*', 'arn:aws:iam::100000000001:root'],
}

/** The words at the mark `|` of a text. */
function words(marked: string): readonly string[] {
  const caret = marked.indexOf('|')
  return completePolicy(marked.replace('|', ''), caret, PLACES)?.words ?? []
}

it.each([
  ['{ "|', ['Version', 'Id', 'Statement']],
  ['{ "Version": "|" }', ['2012-10-17']],
  ['{ "Version": "2012-10-17", "Sta|', ['Statement']],
  ['{ "Statement": [{ "Eff|', ['Effect']],
  ['{ "Statement": [{ "Sid": "a", "Effect": "|"', ['Allow', 'Deny']],
  ['{ "Statement": [{ "Action": "s3:GetObjectTor|"', ['s3:GetObjectTorrent']],
  ['{ "Statement": [{ "Action": ["s3:*", "listw|', ['holdfast:ListWorkers']],
  ['{ "Statement": { "Resource": "|', PLACES.resources],
  ['{ "Statement": { "Principal": "|', ['*']],
  ['{ "Statement": { "Principal": { "AWS": ["ro|', ['arn:aws:iam::100000000001:root']],
  ['{ "Statement": [{ "Condition": { "stringlike|', ['StringLike']],
  ['{ "Statement": [{ "Condition": { "IpAddress": { "sourceip|', ['aws:SourceIp', 'aws:VpcSourceIp']],
])('knows what may stand in %s', (text, expected) => {
  expect(words(text)).toEqual(expected)
})

it.each([
  '{ "Statement": [|',
  '{ "Statement": [{ "Sid": "|" }] }',
  '{ "Statement": [{ "Condition": { "IpAddress": { "aws:SourceIp": "|"',
  '{ "Other": { "|',
])('says nothing in %s', (text) => {
  expect(words(text)).toEqual([])
})

it('knows where the word goes, whatever stands before', () => {
  const text = '{ "Statement": [{ "Sid": "a \\" {[", "Action": "s3:Get" }] }'
  const caret = text.indexOf('Get') + 3
  const found = completePolicy(text, caret, PLACES)
  expect(text.slice(found?.start, found?.end)).toBe('s3:Get')
  expect(found?.words[0]).toMatch(/^s3:Get/)
  expect(found?.words.length).toBe(12)
})
