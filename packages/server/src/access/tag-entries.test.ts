import { expect, it } from 'vitest'
import { RequestContext } from './request-context.ts'
import { tagEntries } from './tag-entries.ts'

it('of keys that differ in case alone the same one counts, whatever their order', () => {
  const tags = [
    ['team', 'blue'],
    ['Team', 'red'],
    ['TEAM', 'green'],
  ] as const
  for (const given of [tags, tags.toReversed()]) {
    const context = new RequestContext(() => tagEntries('aws:RequestTag', given))
    expect(context.get('aws:requesttag/team')).toEqual(['blue'])
  }
})
