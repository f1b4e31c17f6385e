import { useState } from 'preact/hooks'
import { iam, iamList } from '../api/iam.ts'
import { xmlChild, xmlText } from '../api/xml.ts'
import { CopyButton } from '../shared/copy-button.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { timeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { ask } from '../shared/question.tsx'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { peopleTexts } from '../texts/people.ts'

interface Key {
  readonly id: string
  readonly isActive: boolean
  readonly created: string
  readonly lastUsed: string
}

interface NewKey {
  readonly id: string
  readonly secret: string
}

/** The access keys of a user, with their last use. */
export function AccessKeys({ userName }: { readonly userName: string }) {
  const { value: keys, error, reload } = useLoaded(() => keysOf(userName), [userName])
  const { isBusy, act } = useActing(reload)
  const [created, setCreated] = useState<NewKey | undefined>()
  return (
    <>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {keys?.length === 0 && <p class="dim">{peopleTexts.noKeys}</p>}
      <ul class="plain-list">
        {keys?.map((key) => (
          <li key={key.id}>
            <span>
              <code>{key.id}</code> <em>{key.isActive ? peopleTexts.active : peopleTexts.inactive}</em>
              <br />
              <span class="dim">
                {key.created} · {key.lastUsed}
              </span>
            </span>
            <span class="buttons">
              <button
                type="button"
                class="quiet"
                disabled={isBusy}
                onClick={() => act(() => toggle(userName, key))}
              >
                {key.isActive ? peopleTexts.deactivate : peopleTexts.activate}
              </button>
              <button
                type="button"
                class="quiet"
                disabled={isBusy}
                onClick={() => act(() => remove(userName, key))}
              >
                {peopleTexts.deleteKey}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <button
        type="button"
        disabled={isBusy}
        onClick={() => act(async () => setCreated(await createKey(userName)))}
      >
        <Icon name="plus" />
        {peopleTexts.createKey}
      </button>
      {created && <NewKeyDialog created={created} onClose={() => setCreated(undefined)} />}
    </>
  )
}

async function keysOf(userName: string): Promise<Key[]> {
  const members = await iamList('ListAccessKeys', 'AccessKeyMetadata', { UserName: userName })
  return Promise.all(
    members.map(async (member) => {
      const id = xmlText(member, 'AccessKeyId') ?? ''
      return {
        id,
        isActive: xmlText(member, 'Status') === 'Active',
        created: timeText(new Date(xmlText(member, 'CreateDate') ?? '')),
        lastUsed: await lastUseOf(id),
      }
    }),
  )
}

async function lastUseOf(id: string): Promise<string> {
  const use = xmlChild(await iam('GetAccessKeyLastUsed', { AccessKeyId: id }), 'AccessKeyLastUsed')
  const when = use && xmlText(use, 'LastUsedDate')
  if (!use || when === undefined) return peopleTexts.neverUsed
  return peopleTexts.lastUsed(timeText(new Date(when)), xmlText(use, 'ServiceName') ?? '')
}

async function createKey(userName: string): Promise<NewKey | undefined> {
  const key = xmlChild(await iam('CreateAccessKey', { UserName: userName }), 'AccessKey')
  return key && { id: xmlText(key, 'AccessKeyId') ?? '', secret: xmlText(key, 'SecretAccessKey') ?? '' }
}

function toggle(userName: string, { id, isActive }: Key): Promise<unknown> {
  const Status = isActive ? 'Inactive' : 'Active'
  return iam('UpdateAccessKey', { UserName: userName, AccessKeyId: id, Status })
}

async function remove(userName: string, { id }: Key): Promise<void> {
  const { yes } = await ask({
    title: peopleTexts.deleteQuestion(id),
    detail: peopleTexts.deleteKeyDetail,
    yes: peopleTexts.deleteKey,
  })
  if (yes) await iam('DeleteAccessKey', { UserName: userName, AccessKeyId: id })
}

function NewKeyDialog({ created, onClose }: { readonly created: NewKey; readonly onClose: () => void }) {
  const line = (label: string, value: string) => (
    <div class="field">
      <span>{label}</span>
      <div class="with-button">
        <input type="text" readOnly aria-label={label} value={value} />
        <CopyButton text={value} />
      </div>
    </div>
  )
  return (
    <Dialog title={peopleTexts.newKey} onClose={onClose}>
      <p>{peopleTexts.newKeyDetail}</p>
      {line(peopleTexts.accessKeyId, created.id)}
      {line(peopleTexts.secret, created.secret)}
    </Dialog>
  )
}
