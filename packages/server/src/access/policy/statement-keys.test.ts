import { expect, it } from 'vitest'
import { statementKeys } from './statement-keys.ts'

it('finds keys of conditions and of variables, as they are spelt', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Resource: ['arn:aws:s3:::${aws:Username}/*', 'arn:aws:s3:::${*}${?}${$}b'],
        Condition: {
          DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
          StringLike: { 's3:prefix': ["${aws:PrincipalTag/team, 'a}b'}/", 'x', '${ aws:userid }'] },
        },
      },
      { NotResource: 'arn:aws:s3:::${aws:SourceVpc}' },
    ],
  })
  expect(statementKeys(text)).toEqual([
    {
      resource: ['aws:Username'],
      condition: ['aws:CurrentTime', 's3:prefix', 'aws:PrincipalTag/team', 'aws:userid'],
    },
    { resource: ['aws:SourceVpc'], condition: [] },
  ])
})

it('knows that the older version of the language has no variables', () => {
  const Statement = {
    Resource: 'arn:aws:s3:::${aws:username}',
    Condition: { Bool: { 'aws:SecureTransport': '${a:b}' } },
  }
  expect(statementKeys(JSON.stringify({ Version: '2008-10-17', Statement }))).toEqual([
    { resource: [], condition: ['aws:SecureTransport'] },
  ])
})
