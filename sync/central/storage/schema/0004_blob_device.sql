CREATE INDEX blob_device ON blob (district, device);
