import { ApiError, plainCode, type ToldDenial, toldDenial } from '../api/api-error.ts'
import { commonTexts } from '../texts/common.ts'
import { Icon } from './icon.tsx'

/** What went wrong, and what to do about it. */
export function ErrorNote({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  return (
    <div class="note error" role="alert">
      <Icon name="warning" />
      <div>
        <p>{errorText(error)}</p>
        {error instanceof ApiError && error.requestId !== undefined && (
          <p class="dim">
            {error.code} · {commonTexts.requestId(error.requestId)}
          </p>
        )}
      </div>
      {again && (
        <button type="button" onClick={again}>
          {commonTexts.tryAgain}
        </button>
      )}
    </div>
  )
}

/** In plain words where the code is known, else as the server said it. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  const code = plainCode(error)
  const told = code === 'AccessDenied' && toldDenial(error)
  if (told) return denialText(told)
  return commonTexts.errors[code] ?? (error.message === '' ? error.code : error.message)
}

function denialText({ action, resource, denying }: ToldDenial): string {
  return denying === undefined
    ? commonTexts.notAllowed(action, resource)
    : commonTexts.denied(action, resource, denying)
}
