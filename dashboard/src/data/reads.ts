/**
 * The attributes that the dashboard reads, table by table. Guests may name no others (GuestRole in template.yaml); who
 * signed in reads who it was, too.
 */
export const ROW = ["Store", "Item", "Count", "ReorderPoint", "Short", "Since"];

export const SUMMARY = ["Store", "Items", "Units", "Out", "Low", "LastUploadAt"];

export const UPLOAD = [
  ...["Token", "Key", "VersionId", "Size", "At", "State", "Mode", "Stores", "StoreCount"],
  ...["Rows", "Changed", "Unchanged", "Superseded", "Repeated", "Rejected", "Removed", "FirstRepeated", "RejectedKey"],
  ...["Parts", "PartsDone", "RowsDone"],
];

/** Who sent it, and what was in the file where that is no count: a reason may quote it. */
export const UPLOAD_PEOPLE = ["By", "Reason", "FirstRejected"];

export const ALERT = ["Store", "Alert", "Item", "Event", "Count", "Previous", "At", "Upload", "UploadKey", "State", "Open", "ClosedAt"];

export const ALERT_PEOPLE = ["UploadedBy"];

export const ACKNOWLEDGEMENT = ["Store", "Alert", "AckBy", "AckAt", "AckNote"];
