import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RawAnswer } from '../../support/raw-request.ts'
import {
  aclDocument,
  byEmail,
  GROUPS,
  grantElement,
  group,
  owner,
  type Parts,
  shownGrants,
  third,
  user,
  type Who,
  writer,
} from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

/** What an ACL is put on and read from: `owner` owns it, and its bucket. */
export interface AclPlace {
  put(who: Who, parts: Parts): Promise<RawAnswer>
  get(who: Who, parts?: Parts): Promise<RawAnswer>
}

const EC2 = '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c'
const FULL = `FULL_CONTROL ${owner.canonicalId}`
const OWN = grantElement(user(owner.canonicalId), 'FULL_CONTROL')

/** Source: S3 User Guide, "Canned ACL": what each adds to the full control of the owner, whose the bucket is too. */
const CANNED: readonly [name: string, on: 'both' | 'bucket', added: readonly string[]][] = [
  ['private', 'both', []],
  ['public-read', 'both', [`READ ${GROUPS.everyone}`]],
  ['public-read-write', 'both', [`READ ${GROUPS.everyone}`, `WRITE ${GROUPS.everyone}`]],
  ['authenticated-read', 'both', [`READ ${GROUPS.authenticated}`]],
  ['aws-exec-read', 'both', [`READ ${EC2}`]],
  // "If you specify this canned ACL when creating a bucket, Amazon S3 ignores it."
  ['bucket-owner-read', 'both', []],
  ['bucket-owner-full-control', 'both', []],
  ['log-delivery-write', 'bucket', [`WRITE ${GROUPS.logDelivery}`, `READ_ACP ${GROUPS.logDelivery}`]],
]

/** What PutBucketAcl and PutObjectAcl have in common. `make` gives a new place with a private ACL. */
export function describePutAcl(on: 'bucket' | 'object', make: () => Promise<AclPlace>): void {
  const grantsAfter = async (place: AclPlace, parts: Parts): Promise<string[]> => {
    expectSuccess(await place.put('owner', parts))
    return shownGrants(await place.get('owner')).grants
  }
  const expectRefusal = async (parts: Parts, status: number, code: string) => {
    const place = await make()
    const element = expectError(await place.put('owner', parts), status, code)
    expect(shownGrants(await place.get('owner')).grants).toEqual([FULL])
    return element
  }
  const documentOf = (...grants: string[]): Parts => ({ body: aclDocument(owner.canonicalId, ...grants) })

  describe('canned', () => {
    it.each(CANNED.filter(([, where]) => where === 'both' || where === on))('%s', async (acl, _, added) => {
      expect(await grantsAfter(await make(), { headers: { 'x-amz-acl': acl } })).toEqual([FULL, ...added])
    })

    const unknown = ['', 'Private', 'public', 'private,public-read']
    it.each(on === 'object' ? [...unknown, 'log-delivery-write'] : unknown)('"%s" is none', async (acl) => {
      const element = await expectRefusal({ headers: { 'x-amz-acl': acl } }, 400, 'InvalidArgument')
      expect([element('ArgumentName'), element('ArgumentValue')]).toEqual(['x-amz-acl', acl])
    })
  })

  describe('grants in headers', () => {
    it('of every permission, to ids, groups and addresses', async () => {
      const headers = {
        'x-amz-grant-full-control': `id="${owner.canonicalId}"`,
        'x-amz-grant-read': `id=${writer.canonicalId}, uri="${GROUPS.everyone}"`,
        'x-amz-grant-write': `uri=${GROUPS.logDelivery}`,
        'x-amz-grant-read-acp': `emailAddress="${third.email}"`,
        'x-amz-grant-write-acp': ` id = "${third.canonicalId}" ,emailAddress=${writer.email.toUpperCase()}`,
      }
      const expected = [
        FULL,
        `READ ${writer.canonicalId}`,
        `READ ${GROUPS.everyone}`,
        `WRITE ${GROUPS.logDelivery}`,
        `READ_ACP ${third.canonicalId}`,
        `WRITE_ACP ${third.canonicalId}`,
        `WRITE_ACP ${writer.canonicalId}`,
      ]
      expect((await grantsAfter(await make(), { headers })).toSorted()).toEqual(expected.toSorted())
    })

    it('replace what was granted, the owner’s own grant too', async () => {
      const headers = { 'x-amz-grant-read': `id=${writer.canonicalId}` }
      expect(await grantsAfter(await make(), { headers })).toEqual([`READ ${writer.canonicalId}`])
    })

    it.each([
      'somebody',
      'id',
      'id=',
      'id=""',
      'id="a',
      'name="x"',
      `id=${writer.canonicalId},`,
      `id=${writer.canonicalId} id=${third.canonicalId}`,
      'id=nobody',
      `id=${'f'.repeat(64)}`,
      'uri=http://acs.amazonaws.com/groups/global/Nobody',
      'uri=AllUsers',
      `id=${GROUPS.everyone}`,
    ])('to "%s" are refused', async (grantee) => {
      await expectRefusal({ headers: { 'x-amz-grant-read': grantee } }, 400, 'InvalidArgument')
    })
  })

  describe('a document', () => {
    it('of every permission to every kind of grantee', async () => {
      const document = documentOf(
        OWN,
        grantElement(user(writer.canonicalId), 'WRITE_ACP'),
        grantElement(group(GROUPS.authenticated), 'READ_ACP'),
        grantElement(group(GROUPS.everyone), 'READ'),
        grantElement(group(GROUPS.logDelivery), 'WRITE'),
        grantElement(byEmail(third.email), 'FULL_CONTROL'),
      )
      expect(await grantsAfter(await make(), document)).toEqual([
        FULL,
        `WRITE_ACP ${writer.canonicalId}`,
        `READ_ACP ${GROUPS.authenticated}`,
        `READ ${GROUPS.everyone}`,
        `WRITE ${GROUPS.logDelivery}`,
        `FULL_CONTROL ${third.canonicalId}`,
      ])
    })

    it('that a GET answered goes back as it is', async () => {
      const place = await make()
      await grantsAfter(place, { headers: { 'x-amz-acl': 'public-read' } })
      const shown = await place.get('owner')
      expect(await grantsAfter(await make(), { body: shown.text })).toEqual(shownGrants(shown).grants)
    })

    it('without a grant leaves the owner the right to change it', async () => {
      const place = await make()
      expect(await grantsAfter(place, documentOf())).toEqual([])
      expect(await grantsAfter(place, documentOf(OWN))).toEqual([FULL])
    })

    it('holds 100 grants and no more', async () => {
      const grant = grantElement(user(writer.canonicalId), 'READ')
      const hundred = documentOf(...Array.from({ length: 100 }, () => grant))
      expect(await grantsAfter(await make(), hundred)).toHaveLength(100)
      await expectRefusal(documentOf(...Array.from({ length: 101 }, () => grant)), 400, 'MalformedACLError')
      const list = Array.from({ length: 101 }, () => `id=${writer.canonicalId}`).join(',')
      await expectRefusal({ headers: { 'x-amz-grant-read': list } }, 400, 'MalformedACLError')
    })

    it('cannot give the thing away', async () => {
      await expectRefusal({ body: aclDocument(writer.canonicalId, OWN) }, 403, 'AccessDenied')
    })

    const grants = `<AccessControlList>${OWN}</AccessControlList>`
    const granting = (grantee: string, permission = 'READ') =>
      aclDocument(owner.canonicalId, grantElement(grantee, permission))
    it.each([
      ['that is no XML', 'private'],
      ['that is cut off', '<AccessControlPolicy>'],
      ['of another kind', grants],
      ['without an owner', `<AccessControlPolicy>${grants}</AccessControlPolicy>`],
      ['without the owner’s id', `<AccessControlPolicy><Owner/>${grants}</AccessControlPolicy>`],
      [
        'without a list',
        `<AccessControlPolicy><Owner><ID>${owner.canonicalId}</ID></Owner></AccessControlPolicy>`,
      ],
      ['with an unknown element', aclDocument(owner.canonicalId, OWN, '<Deny/>')],
      ['with an unknown permission', granting(user(owner.canonicalId), 'EXECUTE')],
      ['without a permission', aclDocument(owner.canonicalId, `<Grant>${user(owner.canonicalId)}</Grant>`)],
      ['without a grantee', granting('')],
      ['with a grantee of no type', granting(`<Grantee><ID>${owner.canonicalId}</ID></Grantee>`)],
      [
        'with a grantee of an unknown type',
        granting(user(owner.canonicalId).replace('CanonicalUser', 'Robot')),
      ],
      ['with a user that has no id', granting(user('x').replace('<ID>x</ID>', ''))],
      ['with a group that has an id', granting(user('x').replace('CanonicalUser', 'Group'))],
    ])('%s is malformed', async (_, body) => {
      await expectRefusal({ body }, 400, 'MalformedACLError')
    })

    it.each([
      ['user', user('f'.repeat(64))],
      ['group', group('http://acs.amazonaws.com/groups/global/Nobody')],
    ])('that names an unknown %s is refused', async (_, grantee) => {
      await expectRefusal({ body: granting(grantee) }, 400, 'InvalidArgument')
    })

    it('is held to its checksums', async () => {
      const { body = '' } = documentOf(OWN)
      const wrong = { 'content-md5': Buffer.alloc(16).toString('base64') }
      await expectRefusal({ body, headers: wrong }, 400, 'BadDigest')
      await expectRefusal({ body, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }, 400, 'BadDigest')
    })
  })

  describe('one form only', () => {
    const canned = { 'x-amz-acl': 'private' }
    const granted = { 'x-amz-grant-read': `id=${writer.canonicalId}` }

    it('is a canned ACL or grants in headers', async () => {
      await expectRefusal({ headers: { ...canned, ...granted } }, 400, 'InvalidRequest')
    })
    it('is headers or a document', async () => {
      await expectRefusal({ ...documentOf(OWN), headers: canned }, 400, 'UnexpectedContent')
      await expectRefusal({ ...documentOf(OWN), headers: granted }, 400, 'UnexpectedContent')
    })
    it('has to be there', async () => {
      const element = await expectRefusal({}, 400, 'MissingSecurityHeader')
      expect(element('MissingHeaderName')).toBe('x-amz-acl')
    })
  })

  it('the address of nobody cannot be resolved', async () => {
    const nobody = 'nobody@example.com'
    const headers = { 'x-amz-grant-read': `emailAddress="${nobody}"` }
    await expectRefusal({ headers }, 400, 'UnresolvableGrantByEmailAddress')
    await expectRefusal(
      documentOf(grantElement(byEmail(nobody), 'READ')),
      400,
      'UnresolvableGrantByEmailAddress',
    )
  })

  describe('hostile input never fails the server', () => {
    it('in headers', { timeout: 60_000 }, async () => {
      const place = await make()
      const piece = fc.oneof(
        fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\u0020-\u007e]/g, '?')),
        fc.constantFrom(
          'id=',
          '"',
          ',',
          '=',
          'uri=',
          owner.canonicalId,
          GROUPS.everyone,
          'emailAddress="a"',
          ' ',
        ),
      )
      const value = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('').trim())
      const name = fc.constantFrom('x-amz-acl', 'x-amz-grant-read', 'x-amz-grant-full-control')
      const headers = fc.dictionary(name, value, { minKeys: 1 })
      await fc.assert(
        fc.asyncProperty(headers, async (headers) => {
          const answer = await place.put('owner', { headers })
          expect(answer.status).toBeLessThan(500)
        }),
        { numRuns: 100 },
      )
    })

    it('in documents', { timeout: 60_000 }, async () => {
      const place = await make()
      const name = fc.constantFrom(
        'Grantee',
        'Grant',
        'ID',
        'URI',
        'Permission',
        'Owner',
        'AccessControlList',
      )
      const attribute = fc.constantFrom('', ' xmlns:xsi="x" xsi:type="Group"', ' xsi:type="Group"', ' x="')
      const { tree } = fc.letrec<{ tree: string }>((tie) => ({
        tree: fc.oneof(
          { maxDepth: 5 },
          fc.constantFrom('', 'READ', owner.canonicalId, GROUPS.everyone, ']]>', '&amp;'),
          fc
            .tuple(name, attribute, fc.array(tie('tree'), { maxLength: 3 }))
            .map(([name, attribute, children]) => `<${name}${attribute}>${children.join('')}</${name}>`),
        ),
      }))
      const trees = fc.array(tree, { maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(trees, async (trees) => {
          const body = `<AccessControlPolicy>${trees.join('')}</AccessControlPolicy>`
          const answer = await place.put('owner', { body })
          expect(answer.status).toBeLessThan(500)
        }),
        { numRuns: 100 },
      )
    })
  })

  it.each<Who>(['writer', 'third', 'anonymous'])('is not for %s', async (who) => {
    const place = await make()
    expectError(await place.put(who, { headers: { 'x-amz-acl': 'public-read' } }), 403, 'AccessDenied')
    expect(shownGrants(await place.get('owner')).grants).toEqual([FULL])
  })

  it('is for who has WRITE_ACP, and for nobody else', async () => {
    const place = await make()
    const headers = {
      'x-amz-grant-write-acp': `id=${writer.canonicalId}`,
      'x-amz-grant-read': `uri=${GROUPS.everyone}`,
      'x-amz-grant-write': `uri=${GROUPS.everyone}`,
    }
    await grantsAfter(place, { headers })
    expectError(await place.put('third', { headers: { 'x-amz-acl': 'private' } }), 403, 'AccessDenied')
    expectSuccess(await place.put('writer', { headers: { 'x-amz-acl': 'private' } }))
    expect(shownGrants(await place.get('owner')).grants).toEqual([FULL])
  })
}
