import { describe, expect, it } from 'vitest'
import { statementPlaces } from './statement-places.ts'

const place = (start: [number, number], end: [number, number]) => ({
  start: { line: start[0], column: start[1] },
  end: { line: end[0], column: end[1] },
})

describe('the places of statements are those that AWS tells', () => {
  const lines = (...texts: string[]): string => texts.join('\n')

  it('of one in a list, from behind the bracket', () => {
    const text = lines(
      '{',
      '    "Version": "2012-10-17",',
      '    "Statement": [',
      '        {',
      '            "Effect": "Allow",',
      '            "Action": "codecommit:ListRepositories",',
      '            "Resource": "*"',
      '        }',
      '    ]',
      '}',
    )
    expect(statementPlaces(text)).toEqual([place([3, 19], [8, 10])])
  })

  it('of one alone, from its brace', () => {
    const text = lines(
      '{',
      '  "Version": "2012-10-17",',
      '  "Statement": {',
      '    "Effect": "Allow",',
      '    "Action": "s3:ListBucket",',
      '    "Resource": "*"',
      '  }',
      '}',
    )
    expect(statementPlaces(text)).toEqual([place([3, 16], [7, 4])])
  })

  it('of several, with whatever stands around and in them', () => {
    const one = '{"Sid":"}],{\\"Statement\\":[{","Condition":{"Bool":{"a":["[","{"]}}}'
    const text = `{"Id":"Statement","Statement":[${one}, ${one}],"Version":"2012-10-17"}`
    const [first, second] = statementPlaces(text)
    expect(text.slice((first?.start.column ?? 0) - 1, (first?.end.column ?? 0) - 1)).toBe(one)
    expect(text.slice((second?.start.column ?? 0) - 1, (second?.end.column ?? 0) - 1)).toBe(` ${one}`)
    expect(statementPlaces(text)).toHaveLength(2)
  })

  it('of names that are escaped', () => {
    expect(statementPlaces('{"Stat\\u0065ment":{"a":{}}}')).toEqual([place([1, 19], [1, 27])])
  })
})
