import { app } from "../app";
import { S3 } from "../aws/s3";

/** The uploads bucket. No page needs it before somebody sends or opens a file. */
export const bucket = () => new S3(app.config, app.session.credentials);
