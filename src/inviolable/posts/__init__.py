"""Who works with the product and what each may do. Posts, zones and dated roles come to live here too."""
