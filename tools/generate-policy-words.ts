/** Writes what policies are made of for the console, which completes them, from what the server knows. */
import { CONDITION_OPERATORS } from '../packages/server/src/access/policy/condition-operators.ts'
import { CONTEXT_KEYS, DIRECTORY_KEYS } from '../packages/server/src/access/context-keys.ts'
import { DIRECTORY_ACTION_NAMES, S3_ACTION_NAMES } from '../packages/server/src/access/s3-actions.ts'
import { administrationOperations } from '../packages/server/src/administration/administration-operations.ts'
import { iamOperations } from '../packages/server/src/iam/iam-operations.ts'
import { kmsOperations } from '../packages/server/src/kms/kms-operations.ts'
import { stsOperations, unsignedStsOperations } from '../packages/server/src/sts/sts-operations.ts'

export function policyWords(): string {
  const own = [...administrationOperations.values()].flatMap((methods) => [...methods.values()])
  const actions = [
    ...named('s3', S3_ACTION_NAMES.keys()),
    ...named('s3express', DIRECTORY_ACTION_NAMES.keys()),
    ...named('iam', iamOperations.keys()),
    ...named('sts', [...stsOperations.keys(), ...unsignedStsOperations.keys()]),
    ...named('kms', kmsOperations.keys()),
    ...named(
      'holdfast',
      own.map(({ name }) => name),
    ),
    'holdfast:Explain',
  ]
  return [
    '// Written by tools/generate.ts.',
    '',
    '/** Everything that a policy may allow here. */',
    list('POLICY_ACTIONS', new Set(actions.toSorted())),
    '',
    '/** A name that ends in `/` goes on with the key of a tag. */',
    list(
      'POLICY_KEYS',
      [...CONTEXT_KEYS, ...DIRECTORY_KEYS].map(({ name }) => name),
    ),
    '',
    list('POLICY_OPERATORS', [...CONDITION_OPERATORS.keys(), 'Null']),
    '',
  ].join('\n')
}

function named(service: string, names: Iterable<string>): string[] {
  return Array.from(names, (name) => `${service}:${name}`)
}

function list(name: string, words: Iterable<string>): string {
  return [
    `export const ${name}: readonly string[] = [`,
    ...Array.from(words, (word) => `  '${word}',`),
    ']',
  ].join('\n')
}
