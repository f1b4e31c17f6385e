import { describe, expect, it } from 'vitest'
import { CONTEXT_KEYS, findContextKey } from './context-keys.ts'
import { RequestContext } from './request-context.ts'
import { S3_ACTIONS } from './s3-actions.ts'

describe('condition keys', () => {
  it('are found whatever their case, tags with any key', () => {
    expect(findContextKey('AWS:sourceIP')?.name).toBe('aws:SourceIp')
    expect(findContextKey('s3:ExistingObjectTag/Team/a')?.name).toBe('s3:ExistingObjectTag/')
    for (const name of ['s3:ExistingObjectTag/', 's3:ExistingObjectTag', 'aws:SourceIp/x', '', 'toString']) {
      expect(findContextKey(name)).toBeUndefined()
    }
  })

  it('belong to actions that there are, and stand once', () => {
    const actions = CONTEXT_KEYS.flatMap((key) => key.actions ?? []).map((name) => `s3:${name.toLowerCase()}`)
    expect(actions.filter((action) => !S3_ACTIONS.has(action))).toEqual([])
    expect(new Set(CONTEXT_KEYS.map(({ name }) => name.toLowerCase())).size).toBe(CONTEXT_KEYS.length)
  })
})

describe('RequestContext', () => {
  it('gathers its keys once, when first asked', () => {
    let gathered = 0
    const context = new RequestContext(() => {
      gathered++
      return [
        ['aws:Referer', 'a'],
        ['aws:TagKeys', ['b', 'c']],
        ['aws:username', undefined],
      ]
    })
    expect(gathered).toBe(0)
    expect(context.get('aws:referer')).toEqual(['a'])
    expect(context.get('aws:tagkeys')).toEqual(['b', 'c'])
    expect(context.get('aws:username')).toBeUndefined()
    expect(gathered).toBe(1)
  })
})
