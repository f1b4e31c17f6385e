import { expect, it } from 'vitest'
import { serviceAccess } from './service-access.ts'

const says = (statement: object, service = 's3') =>
  serviceAccess(JSON.stringify({ Version: '2012-10-17', Statement: { Resource: '*', ...statement } }))(
    service,
  )

it.each([
  [true, { Action: '*' }],
  [true, { Action: 's3:*' }],
  [true, { Action: ['iam:GetUser', 'S3:Get*'] }],
  [true, { Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*', Condition: { Bool: {} } }],
  [true, { NotAction: 'iam:*' }],
  [true, { NotAction: ['s3:Get*', 's3:PutObject'] }],
  [false, { Action: 's3-object-lambda:*' }],
  [false, { Action: 'iam:*' }],
  [false, { NotAction: 's3:*' }],
  [false, { NotAction: ['iam:*', 'S3:**'] }],
  [false, { NotAction: '*' }],
])('%s: some of S3 is allowed by %o', (allowsSome, statement) => {
  expect(says({ Effect: 'Allow', ...statement })).toEqual({ allowsSome, deniesAll: false })
})

it.each([
  [true, { Action: '*' }],
  [true, { Action: ['iam:*', 's3:*'] }],
  [true, { NotAction: 'iam:*' }],
  [false, { Action: 's3:Get*' }],
  [false, { Action: 's3:*', Resource: 'arn:aws:s3:::photos/*' }],
  [false, { Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  [false, { NotAction: ['iam:*', 's3:GetObject'] }],
  [false, { NotAction: '*' }],
  [false, { Action: 's3:*', Resource: undefined, NotResource: 'arn:aws:s3:::photos' }],
])('%s: all of S3 is denied by %o', (deniesAll, statement) => {
  expect(says({ Effect: 'Deny', ...statement })).toEqual({ allowsSome: false, deniesAll })
})

it('takes each statement, and services that are not here', () => {
  const text = JSON.stringify({
    Statement: [
      { Effect: 'Deny', Action: 'ec2:*', Resource: '*' },
      { Effect: 'Allow', Action: 'EC2:Describe*', Resource: '*' },
    ],
  })
  const access = serviceAccess(text)
  expect(access('ec2')).toEqual({ allowsSome: true, deniesAll: true })
  expect(access('s3')).toEqual({ allowsSome: false, deniesAll: false })
})
