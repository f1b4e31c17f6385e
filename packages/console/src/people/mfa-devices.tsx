import { useState } from 'preact/hooks'
import { iam, iamList } from '../api/iam.ts'
import { xmlChild, xmlText } from '../api/xml.ts'
import { Dialog } from '../shared/dialog.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { Icon } from '../shared/icon.tsx'
import { QrCode } from '../shared/qr-code.tsx'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { peopleTexts } from '../texts/people.ts'

interface NewDevice {
  readonly serial: string
  readonly secret: string
}

/** Devices that show one-time codes. */
export function MfaDevices({ userName }: { readonly userName: string }) {
  const {
    value: serials,
    error,
    reload,
  } = useLoaded(
    async () =>
      (await iamList('ListMFADevices', 'MFADevices', { UserName: userName })).map(
        (device) => xmlText(device, 'SerialNumber') ?? '',
      ),
    [userName],
  )
  const { isBusy, act } = useActing(reload)
  const [added, setAdded] = useState<NewDevice | undefined>()
  const remove = async (serial: string): Promise<void> => {
    await iam('DeactivateMFADevice', { UserName: userName, SerialNumber: serial })
    await iam('DeleteVirtualMFADevice', { SerialNumber: serial })
  }
  // Nobody can turn on what nobody has scanned.
  const close = async (): Promise<void> => {
    if (added) await iam('DeleteVirtualMFADevice', { SerialNumber: added.serial })
    setAdded(undefined)
  }
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  return (
    <>
      {serials?.length === 0 && <p class="dim">{peopleTexts.noMfa}</p>}
      <ul class="plain-list">
        {serials?.map((serial) => (
          <li key={serial}>
            <code>{serial}</code>
            <button type="button" class="quiet" disabled={isBusy} onClick={() => act(() => remove(serial))}>
              {peopleTexts.removeDevice}
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        disabled={isBusy}
        onClick={() => act(async () => setAdded(await newDevice(userName)))}
      >
        <Icon name="plus" />
        {peopleTexts.addMfa}
      </button>
      {added && (
        <EnableDialog
          userName={userName}
          device={added}
          onClose={() => act(close)}
          onEnabled={() => {
            setAdded(undefined)
            reload()
          }}
        />
      )}
    </>
  )
}

/** Names of devices are of the account: the user's, and what was never used before. */
async function newDevice(userName: string): Promise<NewDevice | undefined> {
  const name = `${userName}-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? ''}`
  const device = xmlChild(
    await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: name }),
    'VirtualMFADevice',
  )
  return (
    device && {
      serial: xmlText(device, 'SerialNumber') ?? '',
      // IAM answers the base32 text in base64.
      secret: atob(xmlText(device, 'Base32StringSeed') ?? ''),
    }
  )
}

interface EnableDialogProps {
  readonly userName: string
  readonly device: NewDevice
  readonly onClose: () => void
  readonly onEnabled: () => void
}

function EnableDialog({ userName, device, onClose, onEnabled }: EnableDialogProps) {
  const [codes, setCodes] = useState<readonly [string, string]>(['', ''])
  const [error, setError] = useState<unknown>()
  const link = `otpauth://totp/Holdfast:${encodeURIComponent(userName)}?secret=${device.secret}&issuer=Holdfast`
  const enable = async (): Promise<void> => {
    await iam('EnableMFADevice', {
      UserName: userName,
      SerialNumber: device.serial,
      AuthenticationCode1: codes[0],
      AuthenticationCode2: codes[1],
    })
    onEnabled()
  }
  const digits = { inputMode: 'numeric', pattern: '[0-9]{6}', autoComplete: 'one-time-code' } as const
  return (
    <Dialog title={peopleTexts.addMfa} onClose={onClose}>
      <p>{peopleTexts.mfaDetail}</p>
      <QrCode text={link} label={peopleTexts.mfaQr} />
      <Field
        label={peopleTexts.mfaSecret}
        value={device.secret}
        onValue={() => {}}
        input={{ readOnly: true }}
      />
      <Field
        label={peopleTexts.firstCode}
        value={codes[0]}
        onValue={(code) => setCodes([code, codes[1]])}
        input={digits}
      />
      <Field
        label={peopleTexts.secondCode}
        value={codes[1]}
        onValue={(code) => setCodes([codes[0], code])}
        input={digits}
      />
      {error !== undefined && <ErrorNote error={error} />}
      <footer>
        <button type="button" class="primary" onClick={() => void enable().catch(setError)}>
          {peopleTexts.enable}
        </button>
      </footer>
    </Dialog>
  )
}
