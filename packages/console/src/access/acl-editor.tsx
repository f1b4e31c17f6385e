import { useState } from 'preact/hooks'
import {
  type Acl,
  type AclPlace,
  EVERYONE,
  getAcl,
  type Grant,
  LOG_DELIVERY,
  PERMISSIONS,
  type Permission,
  putAcl,
  SIGNED_IN,
} from '../api/acl.ts'
import { hasNoAcls } from '../api/buckets.ts'
import { signedIn } from '../api/session.ts'
import { Choice } from '../shared/choice.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { Icon } from '../shared/icon.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { aclTexts } from '../texts/object-panel.ts'
import { previewTexts } from '../texts/preview.ts'
import { ChangePreview, type Previewed } from './change-preview.tsx'
import { bucketHolder } from './preview-questions.ts'

export interface AclEditorProps {
  readonly place: AclPlace
  /** What it is of, as its input names it: a bucket, or an object of one. */
  readonly of: { readonly Bucket: string; readonly Key?: string; readonly VersionId?: string }
}

/** Who is granted what on a bucket or an object. */
export function AclEditor({ place, of }: AclEditorProps) {
  const { value: isOff, error } = useLoaded((signal) => hasNoAcls(of.Bucket, signal), [of.Bucket])
  // Who may not know it finds out by saving.
  if (isOff === undefined && error === undefined) return <p class="dim">{commonTexts.loading}</p>
  return isOff === true ? <AclTurnedOff place={place} /> : <AclForm place={place} of={of} />
}

/** What S3 tells of the ACL all the same: that of the owner. */
function AclTurnedOff({ place }: Pick<AclEditorProps, 'place'>) {
  const {
    value: acl,
    error,
    reload,
  } = useLoaded(() => getAcl(place), [place.path, JSON.stringify(place.query)])
  return (
    <>
      <p class="dim">{aclTexts.off}</p>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {acl && <GrantList acl={acl} />}
    </>
  )
}

function AclForm({ place, of }: AclEditorProps) {
  const edited = useEdited(
    () => getAcl(place),
    (acl) => putAcl(place, acl),
    [place.path, JSON.stringify(place.query)],
  )
  const { value: acl, change } = edited
  return (
    <>
      {acl && (
        <>
          <GrantList acl={acl} onGrants={(grants) => change({ ...acl, grants })} />
          <NewGrant onGrant={(grant) => change({ ...acl, grants: [...acl.grants, grant] })} />
          <PublicWarning grants={acl.grants} />
          {edited.isChanged && (
            <ChangePreview
              of={JSON.stringify(acl)}
              change={async () => aclChange(of, acl, await getAcl(place))}
            />
          )}
        </>
      )}
      <SaveBar edited={edited} />
    </>
  )
}

/** Whoever is in either list is asked about; who is in none has nothing of it. */
function aclChange(of: AclEditorProps['of'], after: Acl, before: Acl): Previewed {
  const Grants = after.grants.map(({ grantee, permission }) => ({
    Grantee: grantee.startsWith('http')
      ? { Type: 'Group', URI: grantee }
      : { Type: 'CanonicalUser', ID: grantee },
    Permission: permission,
  }))
  const input = { ...of, AccessControlPolicy: { Owner: { ID: after.owner }, Grants } }
  const named = [...before.grants, ...after.grants].map(({ grantee }) => grantee)
  const { arn } = bucketHolder(of.Bucket, signedIn())
  const object = { resource: `${arn}/${of.Key ?? previewTexts.sample}`, kind: 'object' } as const
  return {
    changes: [{ operation: of.Key === undefined ? 'PutBucketAcl' : 'PutObjectAcl', input }],
    principals: ['anonymous', ...named.filter((grantee) => !grantee.startsWith('http'))],
    resources: of.Key === undefined ? [{ resource: arn, kind: 'bucket' }, object] : [object],
  }
}

interface GrantListProps {
  readonly acl: Acl
  /** Absent where nothing can be changed. */
  readonly onGrants?: (grants: readonly Grant[]) => void
}

function GrantList({ acl: { owner, grants }, onGrants }: GrantListProps) {
  return (
    <ul class="plain-list">
      {grants.map((grant, index) => {
        const text = `${granteeText(grant.grantee, owner)}: ${aclTexts.permissions[grant.permission]}`
        return (
          <li key={index}>
            <span>{text}</span>
            {onGrants && (
              <button
                type="button"
                class="quiet icon-only"
                aria-label={`${commonTexts.remove} ${text}`}
                onClick={() => onGrants(grants.filter((_, at) => at !== index))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function granteeText(grantee: string, owner: string): string {
  if (grantee === EVERYONE) return aclTexts.everyone
  if (grantee === SIGNED_IN) return aclTexts.signedIn
  if (grantee === LOG_DELIVERY) return aclTexts.logDelivery
  return grantee === owner ? aclTexts.theOwner : grantee
}

type Who = 'everyone' | 'signedIn' | 'account'

const WHO = { account: aclTexts.account, everyone: aclTexts.everyone, signedIn: aclTexts.signedIn }

function NewGrant({ onGrant }: { readonly onGrant: (grant: Grant) => void }) {
  const [who, setWho] = useState<Who>('account')
  const [account, setAccount] = useState('')
  const [permission, setPermission] = useState<Permission>(PERMISSIONS[0])
  const grantee = { everyone: EVERYONE, signedIn: SIGNED_IN, account: account.trim() }[who]
  return (
    <fieldset>
      <legend>{aclTexts.add}</legend>
      <Choice label={aclTexts.who} value={who} options={WHO} onValue={setWho} />
      {who === 'account' && <Field label={aclTexts.canonicalId} value={account} onValue={setAccount} />}
      <Choice
        label={aclTexts.what}
        value={permission}
        options={aclTexts.permissions}
        onValue={setPermission}
      />
      <button type="button" disabled={grantee === ''} onClick={() => onGrant({ grantee, permission })}>
        <Icon name="plus" />
        {aclTexts.add}
      </button>
    </fieldset>
  )
}

/** In plain words, before it is saved. */
function PublicWarning({ grants }: { readonly grants: readonly Grant[] }) {
  const isPublic = grants.some(({ grantee }) => grantee === EVERYONE)
  const isForAccounts = grants.some(({ grantee }) => grantee === SIGNED_IN)
  if (!isPublic && !isForAccounts) return null
  return (
    <div class="note warning" role="alert">
      <Icon name="warning" />
      <p>{isPublic ? aclTexts.publicWarning : aclTexts.accountsWarning}</p>
    </div>
  )
}
