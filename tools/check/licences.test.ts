import { expect, it } from 'vitest'
import { checkLicences, type LockedPackage } from './licences.ts'

const check = (locked: LockedPackage) => checkLicences({ 'node_modules/a': { version: '1.0.0', ...locked } })

it.each<[string, LockedPackage]>([
  ['a permissive licence', { license: 'MIT' }],
  ['a choice that has one', { license: '(GPL-3.0-only OR Apache-2.0)' }],
  ['several that all are', { license: 'MIT AND ISC' }],
  [
    'a licence that asks for the source, of a package that is not published',
    { license: 'MPL-2.0', dev: true },
  ],
  ['a workspace', { link: true }],
])('takes %s', (_, locked) => {
  expect(check(locked)).toEqual([])
})

it.each<[string, LockedPackage, string]>([
  ['a licence that asks for more', { license: 'AGPL-3.0-only' }, 'AGPL-3.0-only'],
  ['one of several', { license: 'MIT AND GPL-2.0-only', dev: true }, 'MIT AND GPL-2.0-only'],
  ['one that is published with the server', { license: 'MPL-2.0' }, 'MPL-2.0'],
  ['none', {}, 'no licence is named'],
])('refuses %s', (_, locked, reason) => {
  expect(check(locked)).toEqual([`a 1.0.0: ${reason}`])
})

it('names packages inside packages, and leaves the repository itself alone', () => {
  const packages = { '': {}, 'packages/server': {}, 'node_modules/a/node_modules/@b/c': { version: '2.0.0' } }
  expect(checkLicences(packages)).toEqual(['@b/c 2.0.0: no licence is named'])
})
