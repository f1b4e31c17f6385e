import { expect, it } from 'vitest'
import { settingsDocument } from './generate-settings.ts'

it.each([
  ['metadata.engine', '"lmdb" or "postgresql"'],
  ['blobs.engine', '"files" or "ceph"'],
  ['encryption.keyManagement.engine', '"local", "vault" or "aws"'],
])('%s is told with all that it may be', (path, form) => {
  expect(settingsDocument()).toContain(`| \`${path}\` | ${form} | required |`)
})
