import { expect, it } from 'vitest'
import { functionArn, splitQualifier } from './function-arn.ts'

const here = { region: 'eu-north-1', accountId: '111122223333' }
const whole = (name: string, account = here.accountId) =>
  `arn:aws:lambda:eu-north-1:${account}:function:${name}`

it.each([
  ['resize', whole('resize')],
  ['function:resize', whole('resize')],
  ['resize:$LATEST', whole('resize:$LATEST')],
  ['444455556666:function:resize:v1', whole('resize:v1', '444455556666')],
  [
    'arn:aws-cn:lambda:cn-north-1:444455556666:function:a',
    'arn:aws-cn:lambda:cn-north-1:444455556666:function:a',
  ],
  ['', undefined],
  ['a b', undefined],
  ['a:b:c', undefined],
  ['a:$OLDEST', undefined],
  ['arn:aws:sqs:eu-north-1:111122223333:resize', undefined],
  [whole(''), undefined],
  [whole(whole('resize')), undefined],
  ['n'.repeat(65), undefined],
])('%j names %j', (text, arn) => {
  expect(functionArn(text, here)).toBe(arn)
})

it('tells a version from the function', () => {
  expect(splitQualifier(whole('a:v1'))).toEqual([whole('a'), 'v1'])
  expect(splitQualifier(whole('a'))).toEqual([whole('a'), undefined])
})
