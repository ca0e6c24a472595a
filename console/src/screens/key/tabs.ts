/** All but the first tab, in one piece: together they are small. */

export { default as AliasesTab } from "./AliasesTab";
export { default as CryptographyTab } from "./CryptographyTab";
export { default as DeletionTab } from "./DeletionTab";
export { default as GrantsTab } from "./GrantsTab";
export { default as MaterialTab } from "./MaterialTab";
export { default as PublicKeyTab } from "./PublicKeyTab";
export { default as RegionalityTab } from "./RegionalityTab";
export { default as TagsTab } from "./TagsTab";
