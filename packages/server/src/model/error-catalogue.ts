interface CatalogueEntry {
  readonly status: number
  readonly message: string
}

/** Every error code of S3's documentation. Source: Amazon S3 API Reference, "Error responses". */
export const errorCatalogue = {
  AccessDenied: { status: 403, message: 'Access Denied' },
  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof errorCatalogue
