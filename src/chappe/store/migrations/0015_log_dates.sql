-- Lines of admin logs are kept for two days; what is older is found by its date.

CREATE INDEX admin_log_by_date ON admin_log (date);
