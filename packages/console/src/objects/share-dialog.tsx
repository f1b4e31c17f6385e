import { useId, useState } from 'preact/hooks'
import { signedIn } from '../api/session.ts'
import { presignedLink } from '../api/share.ts'
import { CopyButton } from '../shared/copy-button.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { timeText } from '../shared/formats.ts'
import { QrCode } from '../shared/qr-code.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { shareTexts } from '../texts/objects.ts'
import type { ObjectName } from '../api/object-details.ts'

export interface ShareDialogProps {
  readonly object: ObjectName
  readonly onClose: () => void
}

/** A link to an object for others, with its expiry. */
export function ShareDialog({ object, onClose }: ShareDialogProps) {
  const [expiresInSeconds, setExpires] = useState(3600)
  const id = useId()
  const { value: link } = useLoaded(() => presignedLink({ ...object, expiresInSeconds }), [expiresInSeconds])
  const until = new Date(Date.now() + expiresInSeconds * 1000)
  return (
    <Dialog title={shareTexts.title(object.key)} onClose={onClose}>
      <p>{shareTexts.detail}</p>
      <div class="field">
        <label for={`${id}-expires`}>{shareTexts.expires}</label>
        <select
          id={`${id}-expires`}
          value={expiresInSeconds}
          onChange={(event) => setExpires(Number(event.currentTarget.value))}
        >
          {shareTexts.expiries.map(({ seconds, text }) => (
            <option key={seconds} value={seconds}>
              {text}
            </option>
          ))}
        </select>
        <p class="hint">
          {shareTexts.until(timeText(until))}{' '}
          {signedIn().credentials.sessionToken !== undefined && shareTexts.sessionEnds}
        </p>
      </div>
      {link !== undefined && (
        <>
          <div class="field">
            <label for={`${id}-link`}>{shareTexts.link}</label>
            <div class="with-button">
              <input
                id={`${id}-link`}
                type="text"
                readOnly
                value={link}
                onFocus={(event) => event.currentTarget.select()}
              />
              <CopyButton text={link} />
            </div>
          </div>
          <QrCode text={link} label={shareTexts.qr} />
        </>
      )}
    </Dialog>
  )
}
