{
    "name": "Customer Lifecycle: Job Queue",
    "summary": "Passes over many customers run as jobs of the OCA's queue",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "crm_lifecycle",
    "maintainers": ["crm_lifecycle"],
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["crm_lifecycle", "queue_job"],
    "data": [
        "data/queue_job_function_data.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
