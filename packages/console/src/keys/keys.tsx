import { useState } from 'preact/hooks'
import { kms } from '../api/kms.ts'
import { Choice } from '../shared/choice.tsx'
import { Check, Field } from '../shared/field.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { FormDialog } from '../shared/form-dialog.tsx'
import { Icon } from '../shared/icon.tsx'
import { tellDone } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { keyTexts } from '../texts/keys.ts'

const SYMMETRIC = 'SYMMETRIC_DEFAULT'

type KeyUsage = keyof typeof keyTexts.usages

const RSA = ['RSA_2048', 'RSA_3072', 'RSA_4096']
const NIST = ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521']
const SIGNING = ['ECC_SECG_P256K1', 'ECC_NIST_EDWARDS25519', 'ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87']
const ML_KEM = ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024']
const HMAC = ['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512']

/** What can be created: the kind, and what for. */
const KINDS: Readonly<Record<string, string>> = {
  [SYMMETRIC]: keyTexts.symmetric,
  ...kindsFor('SIGN_VERIFY', [...RSA, ...NIST, ...SIGNING]),
  ...kindsFor('ENCRYPT_DECRYPT', RSA),
  ...kindsFor('GENERATE_VERIFY_MAC', HMAC),
  ...kindsFor('KEY_AGREEMENT', NIST),
  ...kindsFor('ENCAPSULATE_DECAPSULATE', ML_KEM),
}

function kindsFor(usage: KeyUsage, specs: readonly string[]): Record<string, string> {
  const kinds = specs.map(
    (spec) => [`${spec} ${usage}`, keyTexts.kind(spec, keyTexts.usages[usage])] as const,
  )
  return Object.fromEntries(kinds)
}

interface Key {
  readonly id: string
  readonly description: string
  readonly state: string
  readonly aliases: readonly string[]
  readonly isRotated: boolean
  /** AWS's own keys are not managed by hand. */
  readonly isOwn: boolean
  readonly kind: string
  readonly isSymmetric: boolean
  /** Whether its material is the service's own, of which it can make more. */
  readonly isMade: boolean
}

/** Keys of the key service. */
export function Keys() {
  const { value: keys, error, reload } = useLoaded(allKeys, [])
  const { isBusy, act } = useActing(reload)
  const [isCreating, setCreating] = useState(false)
  const [named, setNamed] = useState<Key | undefined>()
  return (
    <>
      <header class="view-head">
        <h1>{keyTexts.title}</h1>
        <span class="spacer" />
        <button type="button" class="primary" onClick={() => setCreating(true)}>
          <Icon name="plus" />
          {keyTexts.create}
        </button>
      </header>
      <p class="dim">{keyTexts.about}</p>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {!keys && error === undefined && <p class="empty">{commonTexts.loading}</p>}
      {keys?.length === 0 && <p class="empty">{keyTexts.none}</p>}
      <ul class="plain-list key-list">
        {keys?.map((key) => (
          <KeyRow key={key.id} of={key} isBusy={isBusy} act={act} onName={() => setNamed(key)} />
        ))}
      </ul>
      {named && (
        <AddAlias
          keyId={named.id}
          onClose={() => setNamed(undefined)}
          onAdded={() => {
            setNamed(undefined)
            reload()
          }}
        />
      )}
      {isCreating && (
        <CreateKey
          onClose={() => setCreating(false)}
          onCreated={() => {
            setCreating(false)
            reload()
          }}
        />
      )}
    </>
  )
}

async function allKeys(): Promise<Key[]> {
  const { Keys } = await kms<{ Keys: { KeyId: string }[] }>('ListKeys', { Limit: 1000 })
  const { Aliases } = await kms<{ Aliases: { AliasName: string; TargetKeyId?: string }[] }>('ListAliases')
  return Promise.all(
    Keys.map(async ({ KeyId }): Promise<Key> => {
      const { KeyMetadata } = await kms<{
        KeyMetadata: {
          Description?: string
          KeyState: string
          KeyManager?: string
          KeySpec: string
          Origin?: string
          KeyUsage: KeyUsage
        }
      }>('DescribeKey', { KeyId })
      const rotation = await kms<{ KeyRotationEnabled: boolean }>('GetKeyRotationStatus', { KeyId }).catch(
        () => undefined,
      )
      return {
        id: KeyId,
        description: KeyMetadata.Description ?? '',
        state: KeyMetadata.KeyState,
        aliases: Aliases.filter(({ TargetKeyId }) => TargetKeyId === KeyId).map(({ AliasName }) => AliasName),
        isRotated: rotation?.KeyRotationEnabled ?? false,
        isOwn: KeyMetadata.KeyManager !== 'AWS',
        kind: keyTexts.kind(KeyMetadata.KeySpec, keyTexts.usages[KeyMetadata.KeyUsage]),
        isSymmetric: KeyMetadata.KeySpec === SYMMETRIC,
        isMade: KeyMetadata.Origin !== 'EXTERNAL',
      }
    }),
  )
}

interface KeyRowProps {
  readonly of: Key
  readonly isBusy: boolean
  readonly act: (run: () => Promise<unknown>) => void
  /** Asks for one more alias. */
  readonly onName: () => void
}

function KeyRow({ of: key, isBusy, act, onName }: KeyRowProps) {
  const { id, aliases, description, state, isRotated, isOwn, kind, isSymmetric, isMade } = key
  const KeyId = id
  const name = aliases[0] ?? id
  const isGoing = state === 'PendingDeletion'
  const button = (text: string, run: () => Promise<unknown>) => (
    <button
      type="button"
      class="quiet"
      disabled={isBusy}
      aria-label={keyTexts.of(text, name)}
      onClick={() => act(run)}
    >
      {text}
    </button>
  )
  const rotate = async (): Promise<void> => {
    await kms('RotateKeyOnDemand', { KeyId })
    tellDone(keyTexts.rotated)
  }
  const remove = async (): Promise<void> => {
    const { yes } = await ask({
      title: keyTexts.deleteQuestion,
      detail: keyTexts.deleteDetail,
      yes: keyTexts.delete,
    })
    if (yes) await kms('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 30 })
  }
  const removeAlias = async (AliasName: string): Promise<void> => {
    const { yes } = await ask({
      title: keyTexts.removeAliasQuestion(AliasName),
      detail: keyTexts.removeAliasDetail,
      yes: keyTexts.removeAlias,
    })
    if (yes) await kms('DeleteAlias', { AliasName })
  }
  return (
    <li>
      <span>
        <strong>{aliases.join(', ') || description || id}</strong> <em>{state}</em>
        <br />
        <code>{id}</code> {!isSymmetric && <span>{kind}</span>} <span class="dim">{description}</span>
      </span>
      {isOwn && (
        <span class="buttons">
          {isSymmetric && isMade && !isGoing && (
            <Check
              label={keyTexts.rotation}
              checked={isRotated}
              disabled={isBusy}
              onChecked={(on) => act(() => kms(on ? 'EnableKeyRotation' : 'DisableKeyRotation', { KeyId }))}
            />
          )}
          <button
            type="button"
            class="quiet"
            aria-label={keyTexts.of(keyTexts.addAlias, name)}
            onClick={onName}
          >
            {keyTexts.addAlias}
          </button>
          {aliases.map((alias) => (
            <button
              key={alias}
              type="button"
              class="quiet"
              disabled={isBusy}
              onClick={() => act(() => removeAlias(alias))}
            >
              {keyTexts.of(keyTexts.remove, alias)}
            </button>
          ))}
          {isSymmetric && isMade && state === 'Enabled' && button(keyTexts.rotate, rotate)}
          {state === 'Enabled' && button(keyTexts.disable, () => kms('DisableKey', { KeyId }))}
          {state === 'Disabled' && button(keyTexts.enable, () => kms('EnableKey', { KeyId }))}
          {isGoing
            ? button(keyTexts.keep, () => kms('CancelKeyDeletion', { KeyId }))
            : button(keyTexts.delete, remove)}
        </span>
      )}
    </li>
  )
}

interface CreateKeyProps {
  readonly onClose: () => void
  readonly onCreated: () => void
}

function CreateKey({ onClose, onCreated }: CreateKeyProps) {
  const [alias, setAlias] = useState('')
  const [description, setDescription] = useState('')
  const [kind, setKind] = useState(SYMMETRIC)
  const create = async (): Promise<void> => {
    const [KeySpec, KeyUsage] = kind.split(' ')
    const { KeyMetadata } = await kms<{ KeyMetadata: { KeyId: string } }>('CreateKey', {
      Description: description,
      KeySpec,
      KeyUsage,
    })
    if (alias !== '') await createAlias(alias, KeyMetadata.KeyId)
    onCreated()
  }
  return (
    <FormDialog title={keyTexts.create} yes={keyTexts.create} onClose={onClose} onSubmit={create}>
      <AliasField value={alias} onValue={setAlias} />
      <Field label={keyTexts.description} value={description} onValue={setDescription} />
      <Choice label={keyTexts.kindOf} value={kind} options={KINDS} onValue={setKind} />
    </FormDialog>
  )
}

interface AddAliasProps {
  readonly keyId: string
  readonly onClose: () => void
  readonly onAdded: () => void
}

function AddAlias({ keyId, onClose, onAdded }: AddAliasProps) {
  const [alias, setAlias] = useState('')
  const add = async (): Promise<void> => {
    await createAlias(alias, keyId)
    onAdded()
  }
  return (
    <FormDialog title={keyTexts.addAlias} yes={keyTexts.addAlias} onClose={onClose} onSubmit={add}>
      <AliasField value={alias} onValue={setAlias} isRequired />
    </FormDialog>
  )
}

interface AliasFieldProps {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly isRequired?: boolean
}

function AliasField({ value, onValue, isRequired = false }: AliasFieldProps) {
  return (
    <Field
      label={keyTexts.alias}
      hint={keyTexts.aliasHint}
      value={value}
      onValue={onValue}
      input={{ pattern: '[a-zA-Z0-9\\/_\\-]+', required: isRequired }}
    />
  )
}

async function createAlias(alias: string, TargetKeyId: string): Promise<void> {
  await kms('CreateAlias', { AliasName: `alias/${alias}`, TargetKeyId })
}
