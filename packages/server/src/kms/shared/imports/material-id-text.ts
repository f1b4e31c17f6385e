import { text } from '../read-input.ts'

/** Source: AWS KMS API Reference, ImportKeyMaterial, KeyMaterialId. */
export const materialIdText = text({ least: 64, most: 64, pattern: /^[a-f0-9]+$/ })
